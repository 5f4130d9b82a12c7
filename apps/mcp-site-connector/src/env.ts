import type { OAuthHelpers } from '@cloudflare/workers-oauth-provider'
import type { Platform } from './platforms.ts'

/** The bindings of wrangler.jsonc, and the secrets. */
export interface Env {
  /** MCP clients and their grants. */
  readonly OAUTH_KV: KVNamespace
  readonly CONNECTIONS: DurableObjectNamespace
  readonly PUBLIC_ORIGIN: string
  readonly OAUTH_KEYS: string
  /** Signs the cookie that names a person: 32 random bytes. */
  readonly SESSION_SECRET: string
  readonly WEBFLOW_CLIENT_ID: string
  readonly WEBFLOW_CLIENT_SECRET: string
  readonly WIX_APP_ID: string
  readonly WIX_APP_SECRET: string
  readonly WIX_PUBLIC_KEY: string
  readonly GITHUB_CLIENT_ID: string
  readonly GITHUB_CLIENT_SECRET: string
  /** The address of the provider emulator on this machine. Only `pnpm start` sets it. */
  readonly PROVIDER_EMULATOR?: string
}

/** What an MCP grant is for: the account of a person at a provider. A tool asks for the token when it needs one. */
export interface GrantProps {
  readonly person: string
  readonly provider: Platform
}

export interface AppEnv {
  Bindings: Env & { readonly OAUTH_PROVIDER: OAuthHelpers }
  Variables: { person?: string }
}
