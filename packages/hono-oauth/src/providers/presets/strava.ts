import { defineProvider } from '../define-provider.ts'
import type { Json } from '../described/options.ts'
import { oauth2 } from '../oauth2/index.ts'
import type { OtherScope } from '../other-scope.ts'

/** The scopes of Strava. */
export type StravaScope =
  | 'read'
  | 'read_all'
  | 'profile:read_all'
  | 'profile:write'
  | 'activity:read'
  | 'activity:read_all'
  | 'activity:write'
  | OtherScope

/**
 * Strava: a connection is one athlete, who may decline each scope; the callback tells the accepted ones.
 *
 * Checked: vendor documentation of the scopes (D); endpoints, errors and revocation by two implementations (I),
 * September 2026.
 *
 * Unknown: whether the new revocation endpoint ends one token, or all tokens of the app for the athlete as the older
 * one does. The preset assumes all: tokens of a failed login are not given back.
 *
 * @see {@link https://developers.strava.com/docs/authentication/ | Strava - Authentication}
 * @example
 * ```ts
 * strava({
 *   clientId: env.STRAVA_CLIENT_ID,
 *   clientSecret: env.STRAVA_CLIENT_SECRET,
 *   scopes: ['read', 'activity:read'],
 * })
 * ```
 */
export const strava = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['read'] as StravaScope[],
  scopeSeparator: ',',
  authorizationEndpoint: 'https://www.strava.com/oauth/authorize',
  pkce: false,
  tokenEndpoint: 'https://www.strava.com/oauth/token',
  clientAuthentication: 'post',
  tokenResponse: (answer, { callback }) => ({
    error: errorOf(answer),
    scope: callback?.get('scope'),
    ...answer,
  }),
  account: { id: 'token.athlete.id', name: ['token.athlete.firstname', 'token.athlete.username'] },
  apiOrigins: ['https://www.strava.com'],
  revocationEndpoint: {
    url: 'https://www.strava.com/oauth/revoke',
    as: 'basic',
    form: { token: '{refresh_token}', token_type_hint: 'refresh_token' },
  },
  revokesWholeGrant: true,
})

/** Strava names what was wrong: `{ "message": "Bad Request", "errors": [{ "resource": "RefreshToken", … }] }`. */
function errorOf({ errors }: Json): string | undefined {
  const resource = Array.isArray(errors) ? errors[0]?.resource : undefined
  if (resource === 'RefreshToken' || resource === 'AuthorizationCode') return 'invalid_grant'
  return resource === 'Application' ? 'invalid_client' : undefined
}
