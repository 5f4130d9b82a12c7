import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

type CrmObject =
  | 'contacts'
  | 'companies'
  | 'deals'
  | 'custom'
  | 'leads'
  | 'line_items'
  | 'owners'
  | 'products'
  | 'quotes'

/** The scopes of HubSpot, which adds scopes. */
export type HubSpotScope =
  | 'oauth'
  | `crm.objects.${CrmObject}.${'read' | 'write'}`
  | `crm.schemas.${CrmObject}.${'read' | 'write'}`
  | `crm.lists.${'read' | 'write'}`
  | `settings.users.${'read' | 'write'}`
  | `conversations.${'read' | 'write'}`
  | 'account-info.security.read'
  | 'automation'
  | 'business-intelligence'
  | 'content'
  | `files${'' | '.ui_hidden.read'}`
  | 'forms'
  | 'sales-email-read'
  | 'tickets'
  | 'timeline'
  | (string & {})

/**
 * A connection is a HubSpot account (a portal): logins of two of its users are for the same connection.
 *
 * Checked: vendor documentation (D); the scopes of the request and the words for a dead refresh token by two
 * implementations (I), September 2026.
 *
 * Unknown: the exact answer of the token endpoint of 2026-03: members are read as in the earlier versions, and
 * `token_type` may be absent. Whether a refresh replaces the refresh token: it counts as `rotating`. A revocation ends
 * the refresh token alone; the access token ends by its age, and the app stays installed.
 *
 * @see {@link https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens | HubSpot - Manage OAuth tokens}
 * @example
 * ```ts
 * hubspot({
 *   clientId: env.HUBSPOT_CLIENT_ID,
 *   clientSecret: env.HUBSPOT_CLIENT_SECRET,
 *   scopes: ['oauth', 'crm.objects.contacts.read'],
 *   authorizationParams: { optional_scope: 'tickets' },
 * })
 * ```
 */
export const hubspot = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['oauth'] as HubSpotScope[],
  authorizationEndpoint: 'https://app.hubspot.com/oauth/authorize',
  tokenEndpoint: 'https://api.hubapi.com/oauth/2026-03/token',
  clientAuthentication: 'post',
  tokenResponse: ({ scopes, ...answer }) => ({ token_type: 'bearer', scope: scopes, ...answer }),
  errors: {
    BAD_REFRESH_TOKEN: 'invalid_grant',
    BAD_AUTH_CODE: 'invalid_grant',
    BAD_CLIENT_ID: 'invalid_client',
    BAD_CLIENT_SECRET: 'invalid_client',
  },
  account: { id: 'token.hub_id' },
  details: { hubId: 'token.hub_id', userId: 'token.user_id' },
  apiOrigins: ['https://api.hubapi.com'],
  revocationEndpoint: {
    url: 'https://api.hubapi.com/oauth/2026-03/token/revoke',
    as: 'post',
    form: { token: '{refresh_token}', token_type_hint: 'refresh_token' },
  },
})
