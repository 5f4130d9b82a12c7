import { SignJWT } from 'jose/jwt/sign'
import { importPKCS8 } from 'jose/key/import'
import { configurationError } from '../../errors.ts'
import { defineProvider } from '../define-provider.ts'
import type { AppSettings } from '../described/options.ts'
import { oidc } from '../oidc/index.ts'

/** The scopes of Apple. */
export type AppleScope = 'openid' | 'name' | 'email'

/** The settings of a Services ID; the client secret is made with `key`. */
export interface AppleSettings extends Omit<AppSettings<AppleScope>, 'clientSecret'> {
  /** A key for Sign in with Apple. */
  readonly key: {
    /** The id of the team that has the key. */
    readonly teamId: string
    /** The id of the key. */
    readonly keyId: string
    /** The text of the `.p8` file. */
    readonly privateKey: string
  }
}

const ISSUER = 'https://appleid.apple.com'
// Longer than a request takes; Apple allows months.
const SECRET_SECONDS = 300

const preset = /* @__PURE__ */ defineProvider(oidc, {
  issuer: ISSUER,
  scopes: ['name', 'email'] as AppleScope[],
  scopeAliases: { name: [], email: [] },
  // Apple asks for it when the scopes have `name` or `email`.
  authorizationParams: { response_mode: 'form_post' },
  authorizationResponse(parameters) {
    // The browser carries `user`, at the first consent alone: a name to show, and no proof of anything.
    const { firstName = '', lastName = '' } = JSON.parse(parameters.get('user') ?? '{}').name ?? {}
    parameters.set('name', `${firstName} ${lastName}`.trim())
    return parameters
  },
  clientAuthentication: 'post',
  errors: { user_cancelled_authorize: 'access_denied' },
  account: { id: 'claims.sub', name: ['callback.name', 'claims.email'] },
  revocationEndpoint: 'https://appleid.apple.com/auth/revoke',
})

/**
 * A connection is an Apple account, as one developer team sees it. Apple has no API to call, and tells the name at the
 * first consent alone.
 *
 * Checked: two implementations (I); the revocation by vendor documentation (D), September 2026.
 *
 * Unknown: whether a refresh replaces the refresh token: it counts as `rotating`. PKCE is sent, as by one
 * implementation; Apple documents none. A client secret may live for months; one of five minutes is made for each
 * request.
 *
 * @param settings - `key`, the key of the developer team that signs the client secrets, and what every provider takes
 * @throws OAuthError `configuration_invalid` for a setting that is missing or wrong
 * @see {@link https://developer.apple.com/documentation/signinwithapplerestapi | Apple - Sign in with Apple REST API}
 * @example
 * ```ts
 * apple({
 *   clientId: env.APPLE_SERVICES_ID,
 *   key: { teamId: env.APPLE_TEAM_ID, keyId: env.APPLE_KEY_ID, privateKey: env.APPLE_PRIVATE_KEY },
 * })
 * ```
 */
export function apple({ key, ...app }: AppleSettings) {
  for (const name of ['teamId', 'keyId', 'privateKey'] as const) {
    if (!key?.[name]) throw configurationError(`apple key.${name}`, 'is missing')
  }
  const clientSecret = async (now: number) =>
    new SignJWT({ iss: key.teamId, sub: app.clientId, aud: ISSUER, iat: now, exp: now + SECRET_SECONDS })
      .setProtectedHeader({ alg: 'ES256', kid: key.keyId })
      .sign(await importPKCS8(key.privateKey, 'ES256'))
  return preset({ ...app, clientSecret })
}
