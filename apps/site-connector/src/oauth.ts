import { createOAuth } from 'hono-oauth'
import { webflow } from 'hono-oauth/providers/webflow'
import { kvStore } from 'hono-oauth/stores/kv'
import type { Env } from './env.ts'

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: {
    webflow: webflow({
      clientId: env.WEBFLOW_CLIENT_ID,
      clientSecret: env.WEBFLOW_CLIENT_SECRET,
      scopes: ['authorized_user:read', 'sites:read'],
    }),
  },
  store: kvStore(env.TOKENS),
  emulator: env.PROVIDER_EMULATOR,
}))
