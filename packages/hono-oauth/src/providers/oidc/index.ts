import { isOAuthError, OAuthError } from '../../errors.ts'
import { buildAuthorizationUrl } from '../../protocol/authorization-request.ts'
import { validateAuthorizationResponse } from '../../protocol/authorization-response.ts'
import { parseScope } from '../../protocol/scope.ts'
import { requestRefresh, requestToken } from '../../protocol/token-request.ts'
import { processRefreshResponse, processTokenResponse } from '../../protocol/token-response.ts'
import type { Provider } from '../contract.ts'
import { commonMembers, renewedTokens, revokeGrant, revokeUnused } from '../oauth2/common.ts'
import { validateIdToken } from './id-token.ts'
import { identify, nonceOf } from './identity.ts'
import { Issuer } from './issuer.ts'
import { type OidcOptions, readSettings } from './settings.ts'

export type { ClientAuthenticationMethod } from '../../protocol/client.ts'
export type { IdTokenAlg, OidcOptions } from './settings.ts'

/**
 * Makes a provider of any OpenID provider, whose metadata names its endpoints and whose ID token names the account.
 *
 * @param options - the issuer, the app's credentials, and how the provider differs
 * @returns the provider, for `providers` of the configuration
 * @throws OAuthError `configuration_invalid`, naming the setting that is missing or wrong; a
 *   setting that does not fit the metadata is reported at the first login, before the redirect to the issuer
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html | OpenID Connect Core}
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html | OpenID Connect Discovery}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9207 | RFC 9207 - Issuer Identification}
 * @example
 * ```ts
 * oidc({
 *   issuer: 'https://login.example.com',
 *   clientId: env.EXAMPLE_CLIENT_ID,
 *   clientSecret: env.EXAMPLE_CLIENT_SECRET,
 *   scopes: ['openid', 'profile', 'offline_access'],
 *   apiOrigins: ['https://api.example.com'],
 * })
 * ```
 */
export function oidc(options: OidcOptions): Provider {
  const settings = readSettings(options)
  const common = commonMembers(options)
  const { revokesWholeGrant } = common
  const scopes = withOpenId(options.scopes)
  const issuer = new Issuer(settings)
  return {
    ...common,
    scopes,
    apiOrigins: settings.apiOrigins,
    async authorizationUrl(request, backChannel, now) {
      const metadata = await issuer.metadata(backChannel, now)
      return buildAuthorizationUrl(issuer.register(metadata), {
        ...request,
        scopes: withOpenId(request.scopes),
        nonce: await nonceOf(request.state),
        params: { ...options.authorizationParams, ...request.params },
      })
    },
    async authorize(callback, backChannel) {
      const { parameters, state, now } = callback
      const clock = startClock(now)
      const metadata = await issuer.metadata(backChannel, now)
      const registered = issuer.register(metadata)
      const code = validateAuthorizationResponse(registered, parameters, state)
      // Read before the code is sent: without keys the ID token could not be validated.
      const keys = await issuer.keys(metadata, backChannel, now)
      const nonce = await nonceOf(state)
      const tokens = await processTokenResponse(await requestToken(registered, code, callback, backChannel))
      const requested = withOpenId(callback.scopes ?? scopes)
      const granted = tokens.scope === undefined ? requested : parseScope(tokens.scope)
      const { userinfo_endpoint: userInfoEndpoint, revocation_endpoint } = metadata
      const revocable = revocation_endpoint !== undefined
      try {
        const judgement = { settings, keys, nonce, userInfoEndpoint, now: clock() }
        const account = await identify(tokens, judgement, backChannel)
        return { tokens, grant: { id: account.id, scopes: granted, account, revocable } }
      } catch (error) {
        await revokeUnused(registered, tokens, revokesWholeGrant, backChannel)
        throw error
      }
    },
    async renew({ grantId, refreshToken }, backChannel, now) {
      if (!refreshToken) throw new OAuthError('needs_reauth')
      const clock = startClock(now)
      const metadata = await issuer.metadata(backChannel, now)
      const registered = issuer.register(metadata)
      // Read before the refresh token is sent and used up: a failure here can be tried again.
      const keys = await issuer.keys(metadata, backChannel, now)
      const tokens = await processRefreshResponse(await requestRefresh(registered, refreshToken, backChannel))
      // The same subject, and a new token (OpenID Connect Core, section 12.2).
      const same = { subject: grantId, issuedSince: now }
      const { idToken } = tokens
      const verdict =
        idToken &&
        (await validateIdToken(idToken, keys, settings, same, clock()).catch((error: unknown) => {
          // Newer keys could not be read. The ID token is optional here, and the sent refresh token may be used up.
          if (!isOAuthError(error)) throw error
        }))
      if (verdict?.fault === undefined) return renewedTokens(tokens)
      const cause = new Error(`the ID token of a refresh ${verdict.fault}`)
      const next = tokens.refreshToken?.reveal() ?? refreshToken.reveal()
      const isSpent = common.refreshTokens === 'rotating' && next !== refreshToken.reveal()
      // The sent refresh token stays valid for another try; nothing of this response is kept.
      if (!isSpent) throw new OAuthError('provider_response_invalid', { cause })
      // The new tokens may be for another subject, and the sent refresh token is used up.
      await revokeUnused(registered, tokens, revokesWholeGrant, backChannel)
      throw new OAuthError('needs_reauth', { cause })
    },
    async revoke(tokens, backChannel) {
      const registered = issuer.register(await issuer.recalledMetadata(backChannel))
      return revokeGrant(registered, tokens, revokesWholeGrant, backChannel)
    },
  }
}

/**
 * A clock that starts at a given time: the requests of a login take time.
 *
 * @param now - in seconds since the epoch
 */
function startClock(now: number): () => number {
  const startedAt = Date.now()
  return () => now + Math.ceil((Date.now() - startedAt) / 1000)
}

/** Adds the scope that makes an OAuth 2.0 request one of OpenID Connect. */
function withOpenId(scopes: readonly string[]): readonly string[] {
  return scopes.includes('openid') ? scopes : ['openid', ...scopes]
}
