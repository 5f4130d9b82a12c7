/** The bindings of wrangler.jsonc, and the secrets. */
export interface Env {
  readonly TOKENS: KVNamespace
  readonly CONNECTIONS: DurableObjectNamespace
  /** Webhooks on their way to the queue consumer. */
  readonly WEBHOOKS: Queue<WebhookMessage>
  readonly PUBLIC_ORIGIN: string
  readonly OAUTH_KEYS: string
  readonly WEBFLOW_CLIENT_ID: string
  readonly WEBFLOW_CLIENT_SECRET: string
  readonly WIX_APP_ID: string
  readonly WIX_APP_SECRET: string
  /** The app's public key as PEM, which verifies Wix webhooks. */
  readonly WIX_PUBLIC_KEY: string
  /** A pair of these adds a platform to the page. */
  readonly GITHUB_CLIENT_ID?: string
  readonly GITHUB_CLIENT_SECRET?: string
  readonly GOOGLE_CLIENT_ID?: string
  readonly GOOGLE_CLIENT_SECRET?: string
  /** The client at `oauth.example`, which only the provider emulator serves. `pnpm start` sets both. */
  readonly EXAMPLE_CLIENT_ID?: string
  readonly EXAMPLE_CLIENT_SECRET?: string
  /** The address of the provider emulator on this machine. Only `pnpm start` sets it. */
  readonly PROVIDER_EMULATOR?: string
}

/** What the queue holds of a webhook: no secret. */
export interface WebhookMessage {
  readonly provider: string
  readonly event: string
  readonly instanceId: string
}
