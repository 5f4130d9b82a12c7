import type { KVNamespaceLike } from 'hono-oauth/stores/kv'

export interface Env {
  readonly TOKENS: KVNamespaceLike
  readonly PUBLIC_ORIGIN: string
  readonly OAUTH_KEYS: string
  readonly WEBFLOW_CLIENT_ID: string
  readonly WEBFLOW_CLIENT_SECRET: string
}
