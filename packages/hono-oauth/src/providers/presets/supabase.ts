import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/**
 * Supabase, Management API: a connection is what one person allowed in an organization; the scopes are set on the app.
 *
 * Checked: vendor documentation (D); revocation by two implementations (I), September 2026.
 *
 * Unknown: a document that names the grant. Without one, an owner has one connection, and a new login revokes nothing
 * of the earlier one. An app with the permission to read organizations may add `userinfoEndpoint` and `account` with
 * `defineProvider`.
 *
 * @see {@link https://supabase.com/docs/guides/integrations/build-a-supabase-oauth-integration | Supabase - Build a Supabase OAuth integration}
 * @example
 * ```ts
 * supabase({
 *   clientId: env.SUPABASE_CLIENT_ID,
 *   clientSecret: env.SUPABASE_CLIENT_SECRET,
 *   loginParams: ['organization_slug'],
 * })
 * ```
 */
export const supabase = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as never[],
  authorizationEndpoint: 'https://api.supabase.com/v1/oauth/authorize',
  tokenEndpoint: 'https://api.supabase.com/v1/oauth/token',
  apiOrigins: ['https://api.supabase.com'],
  revocationEndpoint: {
    url: 'https://api.supabase.com/v1/oauth/revoke',
    as: 'post',
    json: { refresh_token: '{refresh_token}' },
  },
})
