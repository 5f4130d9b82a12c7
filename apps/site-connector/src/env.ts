/** The bindings of wrangler.jsonc. */
export interface Env {
  readonly TOKENS: KVNamespace
  readonly PUBLIC_ORIGIN: string
  readonly OAUTH_KEYS: string
  readonly WEBFLOW_CLIENT_ID: string
  readonly WEBFLOW_CLIENT_SECRET: string
  /** Set by `pnpm start` alone: the provider emulator on this machine. */
  readonly PROVIDER_EMULATOR?: string
}
