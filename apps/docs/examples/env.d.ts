/** The global type that `wrangler types` writes for the examples of the site. */
interface Env {
  readonly PUBLIC_ORIGIN: string
  readonly OAUTH_KEYS: string
  readonly PROVIDER_EMULATOR?: string
  readonly TOKENS: import('@cloudflare/workers-types').KVNamespace
  readonly DATABASE: import('@cloudflare/workers-types').D1Database
  readonly CONNECTIONS: import('@cloudflare/workers-types').DurableObjectNamespace
  readonly GITHUB_CLIENT_ID: string
  readonly GITHUB_CLIENT_SECRET: string
  readonly TRACKER_CLIENT_ID: string
  readonly TRACKER_CLIENT_SECRET: string
}
