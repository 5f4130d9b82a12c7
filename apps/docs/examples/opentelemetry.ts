import { createOAuth } from 'hono-oauth'
import { openTelemetry } from 'hono-oauth/opentelemetry'
import { github } from 'hono-oauth/providers/github'
import { kvStore } from 'hono-oauth/stores/kv'

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: {
    github: github({
      clientId: env.GITHUB_CLIENT_ID,
      clientSecret: env.GITHUB_CLIENT_SECRET,
      scopes: ['repo'],
    }),
  },
  store: kvStore(env.TOKENS),
  telemetry: openTelemetry(),
}))
