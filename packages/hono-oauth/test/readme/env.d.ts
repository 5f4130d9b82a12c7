/** The global type that `wrangler types` writes for the quick start. */
interface Env {
  readonly TOKENS: import('hono-oauth/stores/kv').KVNamespaceLike
  readonly PUBLIC_ORIGIN: string
  readonly OAUTH_KEYS: string
  readonly WEBFLOW_CLIENT_ID: string
  readonly WEBFLOW_CLIENT_SECRET: string
}
