import type { OAuthHelpers } from '@cloudflare/workers-oauth-provider'
import type { Platform } from './platforms.ts'

/** The secrets that wrangler.jsonc declares; `SESSION_SECRET` signs the cookie that names a person. */
type Secret = 'PUBLIC_ORIGIN' | 'OAUTH_KEYS' | 'SESSION_SECRET' | 'WIX_APP_ID' | 'WIX_APP_SECRET' | 'WIX_PUBLIC_KEY'
type ClientSecret = `${'WEBFLOW' | 'GITHUB'}_CLIENT_${'ID' | 'SECRET'}`

export interface Env extends Readonly<Record<Secret | ClientSecret, string>> {
  /** MCP clients and their grants. */
  readonly OAUTH_KV: KVNamespace
  readonly CONNECTIONS: DurableObjectNamespace
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
