import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** Scopes of the Canva Connect API; writing does not include reading. */
export type CanvaScope =
  | `${'app' | 'asset' | 'comment' | 'design:content' | 'design:permission' | 'folder' | 'folder:permission'}:${'read' | 'write'}`
  | 'brandtemplate:content:read'
  | 'brandtemplate:meta:read'
  | 'collaboration:event'
  | 'design:meta:read'
  | 'profile:read'
  | (string & {})

/**
 * Canva: a connection is one person in one team.
 *
 * Checked: vendor documentation and the vendor's OpenAPI document (D), September 2026.
 *
 * Unknown: nothing of the flow. The account has no name: the name is in another document, `GET /rest/v1/users/me/profile`.
 *
 * @see {@link https://www.canva.dev/docs/connect/authentication/ | Canva - Authentication}
 * @see {@link https://www.canva.dev/docs/connect/appendix/scopes/ | Canva - Scopes}
 * @example
 * ```ts
 * canva({
 *   clientId: env.CANVA_CLIENT_ID,
 *   clientSecret: env.CANVA_CLIENT_SECRET,
 *   scopes: ['design:meta:read', 'asset:read', 'asset:write'],
 * })
 * ```
 */
export const canva = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['profile:read'] as CanvaScope[],
  authorizationEndpoint: 'https://www.canva.com/api/oauth/authorize',
  tokenEndpoint: 'https://api.canva.com/rest/v1/oauth/token',
  userinfoEndpoint: 'https://api.canva.com/rest/v1/users/me',
  account: { id: ['userinfo.team_user.team_id', 'userinfo.team_user.user_id'] },
  details: { teamId: 'userinfo.team_user.team_id', userId: 'userinfo.team_user.user_id' },
  apiOrigins: ['https://api.canva.com'],
  revocationEndpoint: 'https://api.canva.com/rest/v1/oauth/revoke',
  // The end of a refresh token is also the end of the person's consent.
  revokesWholeGrant: true,
})
