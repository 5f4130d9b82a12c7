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
  /** The app's public key in PEM: webhooks of Wix are signed with its other half. */
  readonly WIX_PUBLIC_KEY: string
  /** The client at `oauth.example`, a server that only the provider emulator has: `pnpm start` sets both. */
  readonly EXAMPLE_CLIENT_ID?: string
  readonly EXAMPLE_CLIENT_SECRET?: string
  /** Set by `pnpm start` alone: the provider emulator on this machine. */
  readonly PROVIDER_EMULATOR?: string
}
