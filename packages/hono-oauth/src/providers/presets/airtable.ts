import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** Scopes of Airtable; those for enterprise administration are not listed. */
export type AirtableScope =
  | `${'data.records' | 'data.recordComments' | 'schema.bases'}:${'read' | 'write'}`
  | 'user.email:read'
  | 'webhook:manage'
  | 'block:manage'
  | (string & {})

/**
 * Airtable: a connection is one person, with the bases and workspaces that this person chose.
 *
 * Checked: vendor documentation and the vendor's example (D); the account by two implementations (I), September 2026.
 *
 * Unknown: a revocation endpoint; a disconnect deletes the tokens here, and the person removes the app at Airtable.
 * The account has a name only with `user.email:read`, which tells the e-mail address.
 *
 * @see {@link https://airtable.com/developers/web/api/oauth-reference | Airtable - OAuth reference}
 * @see {@link https://airtable.com/developers/web/api/scopes | Airtable - Scopes}
 * @example
 * ```ts
 * airtable({
 *   clientId: env.AIRTABLE_CLIENT_ID,
 *   clientSecret: env.AIRTABLE_CLIENT_SECRET,
 *   scopes: ['data.records:read', 'user.email:read'],
 * })
 * ```
 */
export const airtable = /* @__PURE__ */ defineProvider(oauth2, {
  // Airtable wants at least one scope.
  scopes: ['schema.bases:read'] as AirtableScope[],
  authorizationEndpoint: 'https://airtable.com/oauth2/v1/authorize',
  tokenEndpoint: 'https://airtable.com/oauth2/v1/token',
  userinfoEndpoint: 'https://api.airtable.com/v0/meta/whoami',
  account: { id: 'userinfo.id', name: 'userinfo.email' },
  apiOrigins: ['https://api.airtable.com'],
})
