/** The bindings of wrangler.jsonc. */
export interface Env {
  readonly TOKENS: KVNamespace
  readonly CONNECTIONS: DurableObjectNamespace
  readonly PUBLIC_ORIGIN: string
  readonly OAUTH_KEYS: string
  readonly WEBFLOW_CLIENT_ID: string
  readonly WEBFLOW_CLIENT_SECRET: string
  readonly WIX_APP_ID: string
  readonly WIX_APP_SECRET: string
  /** The app's public key as PEM, which verifies Wix webhooks. */
  readonly WIX_PUBLIC_KEY: string
  /** The client at `oauth.example`, which only the provider emulator serves. `pnpm start` sets both. */
  readonly EXAMPLE_CLIENT_ID?: string
  readonly EXAMPLE_CLIENT_SECRET?: string
  /** The address of the provider emulator on this machine. Only `pnpm start` sets it. */
  readonly PROVIDER_EMULATOR?: string
}
