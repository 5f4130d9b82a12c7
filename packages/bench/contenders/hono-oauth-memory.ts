import { memoryStore } from 'hono-oauth/stores/memory'
import type { Env } from './env.ts'
import { appWith, oauthOver } from './hono-oauth-app.ts'

export default appWith(oauthOver((_env: Env) => memoryStore()))
