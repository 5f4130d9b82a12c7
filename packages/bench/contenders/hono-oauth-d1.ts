import type { D1Database } from '@cloudflare/workers-types'
import { d1Store } from 'hono-oauth/stores/d1'
import type { Env } from './env.ts'
import { appWith, oauthOver } from './hono-oauth-app.ts'

interface D1Env extends Env {
  readonly DB: D1Database
}

export default appWith(oauthOver((env: D1Env) => d1Store(env.DB)))
