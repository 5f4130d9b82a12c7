import { isOAuthError, OAuthError } from '../../errors.ts'
import { buildAuthorizationUrl } from '../../protocol/authorization-request.ts'
import { validateAuthorizationResponse } from '../../protocol/authorization-response.ts'
import { requestRefresh } from '../../protocol/refresh-request.ts'
import { parseScope } from '../../protocol/scope.ts'
import { requestToken } from '../../protocol/token-request.ts'
import { processRefreshResponse, processTokenResponse } from '../../protocol/token-response.ts'
import type { Provider } from '../contract.ts'
import { commonMembers, renewedTokens } from '../oauth2/common.ts'
import { giveBack, revokeGrant } from '../oauth2/revocation.ts'
import { startClock } from './clock.ts'
import { judgeIdToken } from './id-token.ts'
import { identify, nonceOf } from './identity.ts'
import type { OidcOptions } from './options.ts'
import { OpenIdServer } from './server.ts'
import { readSettings } from './settings.ts'

export type { ClientAuthenticationMethod } from '../../protocol/client-authentication.ts'
export type { IdTokenAlg, OidcOptions } from './options.ts'

/**
 * Any OpenID provider: its endpoints are those of its metadata, and a connection is whoever its ID token
 * names.
 *
 * @param options - the issuer, the app's credentials, and how the provider differs
 * @returns the provider, for `providers` of the configuration
 * @throws OAuthError `configuration_invalid`, naming the setting that is missing or wrong; what does not fit
 *   the metadata shows at the first login, before anybody is sent to the issuer
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
  const server = new OpenIdServer(settings)
  return {
    ...common,
    scopes,
    apiOrigins: settings.apiOrigins,
    async authorizationUrl(request, backChannel, now) {
      const metadata = await server.metadata(backChannel, now)
      return buildAuthorizationUrl(server.register(metadata), {
        ...request,
        scopes: withOpenId(request.scopes),
        nonce: await nonceOf(request.state),
        params: { ...options.authorizationParams, ...request.params },
      })
    },
    async authorize(callback, backChannel) {
      const { parameters, state, redirectUri, codeVerifier, now } = callback
      const clock = startClock(now)
      const metadata = await server.metadata(backChannel, now)
      const registered = server.register(metadata)
      const response = validateAuthorizationResponse(registered, parameters, state)
      // Before the code is sent, so that no tokens are won that nobody could judge.
      const keys = await server.keys(metadata, backChannel, now)
      const nonce = await nonceOf(state)
      const exchange = { response, redirectUri, codeVerifier }
      const answer = await requestToken(registered, exchange, backChannel)
      const tokens = await processTokenResponse(answer)
      const requested = withOpenId(callback.scopes ?? scopes)
      const granted = tokens.scope === undefined ? requested : parseScope(tokens.scope)
      const { userinfo_endpoint: userInfoEndpoint, revocation_endpoint } = metadata
      const revocable = revocation_endpoint !== undefined
      try {
        const judgement = { settings, keys, nonce, userInfoEndpoint, now: clock() }
        const account = await identify(tokens, judgement, backChannel)
        return { tokens, grant: { id: account.id, scopes: granted, account, revocable } }
      } catch (error) {
        await giveBack(registered, tokens, revokesWholeGrant, backChannel)
        throw error
      }
    },
    async renew({ grantId, refreshToken }, backChannel, now) {
      if (!refreshToken) throw new OAuthError('needs_reauth')
      const clock = startClock(now)
      const metadata = await server.metadata(backChannel, now)
      const registered = server.register(metadata)
      // Before the refresh token is sent, which is used up then: what fails here can be tried again.
      const keys = await server.keys(metadata, backChannel, now)
      const answer = await requestRefresh(registered, refreshToken, backChannel)
      const tokens = await processRefreshResponse(answer)
      // Of the same issuer, about the same person, and new (OpenID Connect Core, section 12.2).
      const same = { subject: grantId, issuedSince: now }
      const { idToken } = tokens
      const verdict =
        idToken &&
        (await judgeIdToken(idToken, keys, settings, same, clock()).catch((error: unknown) => {
          // Newer keys could not be read. An ID token is optional here, and the sent refresh token may be spent.
          if (!isOAuthError(error)) throw error
        }))
      if (verdict?.fault === undefined) return renewedTokens(tokens)
      const cause = new Error(`a refresh was answered by an ID token that ${verdict.fault}`)
      const next = tokens.refreshToken?.reveal() ?? refreshToken.reveal()
      const isSpent = common.refreshTokens === 'rotating' && next !== refreshToken.reveal()
      // What was sent serves for another try, and nothing of this answer is kept.
      if (!isSpent) throw new OAuthError('provider_response_invalid', { cause })
      // What came in its place may be for somebody else, and to send it again would look like theft.
      await giveBack(registered, tokens, revokesWholeGrant, backChannel)
      throw new OAuthError('needs_reauth', { cause })
    },
    async revoke(tokens, backChannel) {
      const registered = server.register(await server.recalledMetadata(backChannel))
      return revokeGrant(registered, tokens, revokesWholeGrant, backChannel)
    },
  }
}

/** What makes an OAuth 2.0 request one of OpenID Connect. */
function withOpenId(scopes: readonly string[]): readonly string[] {
  return scopes.includes('openid') ? scopes : ['openid', ...scopes]
}
