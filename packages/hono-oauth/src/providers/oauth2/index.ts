import { OAuthError } from '../../errors.ts'
import { buildAuthorizationUrl } from '../../protocol/authorization-request.ts'
import { validateAuthorizationResponse } from '../../protocol/authorization-response.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { parseScope } from '../../protocol/scope.ts'
import { requestRefresh, requestToken } from '../../protocol/token-request.ts'
import { processRefreshResponse, processTokenResponse, type TokenSet } from '../../protocol/token-response.ts'
import type { Account, Provider } from '../contract.ts'
import { readAccount } from './account.ts'
import { commonMembers, renewedTokens, revokeGrant, revokeUnused } from './common.ts'
import { type OAuth2Options, registerClient } from './settings.ts'

export type { ClientAuthenticationMethod } from '../../protocol/client.ts'
export type { OAuth2AccountEndpoint, OAuth2Options } from './settings.ts'

// The account of every grant of a server that does not describe accounts.
const ONLY_ACCOUNT: Account = { id: 'default', name: null }

/**
 * Makes a provider of any server that follows RFC 6749: the code grant, refresh tokens, revocation.
 *
 * @param options - the app's credentials, the server's endpoints, and how the server differs
 * @returns the provider, for `providers` of the configuration
 * @throws OAuthError `configuration_invalid`, naming the setting that is missing or wrong
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749 | RFC 6749 - OAuth 2.0}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636 | RFC 7636 - PKCE}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7009 | RFC 7009 - Token Revocation}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9207 | RFC 9207 - Issuer Identification}
 * @example
 * ```ts
 * oauth2({
 *   clientId: env.EXAMPLE_CLIENT_ID,
 *   clientSecret: env.EXAMPLE_CLIENT_SECRET,
 *   scopes: ['items:read'],
 *   authorizationEndpoint: 'https://login.example.com/authorize',
 *   tokenEndpoint: 'https://login.example.com/token',
 *   apiOrigins: ['https://api.example.com'],
 * })
 * ```
 */
export function oauth2(options: OAuth2Options): Provider {
  const registered = registerClient(options)
  const common = commonMembers(options)
  const { revokesWholeGrant } = common
  const { scopes, scopeSeparator, account } = options
  const checksIssuer = options.issuer !== undefined || options.issParameter === true
  const revocable = registered.server.revocation_endpoint !== undefined

  async function accountOf(tokens: TokenSet, backChannel: BackChannel): Promise<Account> {
    if (!account) return ONLY_ACCOUNT
    try {
      return await readAccount(account, tokens.accessToken, backChannel)
    } catch (error) {
      await revokeUnused(registered, tokens, revokesWholeGrant, backChannel)
      throw error
    }
  }

  return {
    ...common,
    scopes,
    apiOrigins: options.apiOrigins,
    authorizationUrl: (request) =>
      buildAuthorizationUrl(registered, {
        ...request,
        scopeSeparator,
        params: { ...options.authorizationParams, ...request.params },
      }),
    async authorize(callback, backChannel) {
      const { parameters, state, scopes: requested = scopes } = callback
      const checked = new URLSearchParams(parameters)
      // Without the server's issuer there is no value to compare `iss` with (RFC 9207, section 2.4).
      if (!checksIssuer) checked.delete('iss')
      const code = validateAuthorizationResponse(registered, checked, state)
      const tokens = await processTokenResponse(await requestToken(registered, code, callback, backChannel))
      const granted = tokens.scope === undefined ? requested : parseScope(tokens.scope)
      const owner = await accountOf(tokens, backChannel)
      return { tokens, grant: { id: owner.id, scopes: granted, account: owner, revocable } }
    },
    async renew({ refreshToken }, backChannel) {
      if (!refreshToken) throw new OAuthError('needs_reauth')
      const answer = await requestRefresh(registered, refreshToken, backChannel)
      return renewedTokens(await processRefreshResponse(answer))
    },
    revoke: (tokens, backChannel) => revokeGrant(registered, tokens, revokesWholeGrant, backChannel),
  }
}
