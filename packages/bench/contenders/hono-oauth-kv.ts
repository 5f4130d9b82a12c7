import type { KVNamespace } from '@cloudflare/workers-types'
import { kvStore } from 'hono-oauth/stores/kv'
import type { Env } from './env.ts'
import { appWith, oauthOver } from './hono-oauth-app.ts'

interface KvEnv extends Env {
  readonly TOKENS: KVNamespace
}

export default appWith(oauthOver((env: KvEnv) => kvStore(env.TOKENS), { refreshTokens: 'reusable' }))
