import type { BackChannel } from '../../protocol/back-channel.ts'
import { bearerError } from '../../protocol/bearer-error.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import { revokeToken } from '../../protocol/revocation-request.ts'
import { parseScope } from '../../protocol/scope.ts'
import type { TokenSet } from '../../protocol/token-response.ts'
import type { GrantTokens, Provider, RenewedTokens, Revocation } from '../contract.ts'
import type { ClientOptions } from './settings.ts'

/** The members of every provider whose server follows RFC 6749 and RFC 6750. */
export function commonMembers(options: ClientOptions) {
  return {
    pkce: options.pkce ?? true,
    restartsWithoutState: false,
    loginParams: options.loginParams ?? [],
    refreshTokens: options.refreshTokens ?? 'rotating',
    revokesWholeGrant: options.revokesWholeGrant ?? false,
    authorizationHeader: (accessToken) => `Bearer ${accessToken.reveal()}`,
    apiError: bearerError,
  } satisfies Partial<Provider>
}

/** The tokens of a refresh, with the scopes that remain when the response names them. */
export function renewedTokens(tokens: TokenSet): RenewedTokens {
  // A scope has at least one token (RFC 6749, section 3.3), so an empty scope counts as absent.
  const scopes = parseScope(tokens.scope ?? '')
  return { ...tokens, scopes: scopes.length > 0 ? scopes : undefined }
}

/**
 * Revokes tokens that no connection will hold. It ignores failures and takes at most the time of one
 * request, because its caller reports another error.
 *
 * With `revokesWholeGrant` it does nothing, because a revocation would end an earlier connection of the same person.
 */
export async function revokeUnused(
  registered: RegisteredClient,
  tokens: GrantTokens,
  revokesWholeGrant: boolean,
  backChannel: BackChannel,
): Promise<void> {
  if (revokesWholeGrant) return
  const work = () => revokeGrant(registered, tokens, revokesWholeGrant, backChannel)
  await backChannel.limit(work).catch(() => undefined)
}

/**
 * Ends a grant: it revokes the refresh token first, and then the access token, which a server need not revoke with
 * the refresh token (RFC 7009, section 2.1).
 *
 * @param revokesWholeGrant - whether the revocation of any token ends the whole grant
 * @throws OAuthError when the grant may still be valid, and another try may end it
 */
export async function revokeGrant(
  registered: RegisteredClient,
  { accessToken, refreshToken }: GrantTokens,
  revokesWholeGrant: boolean,
  backChannel: BackChannel,
): Promise<Revocation> {
  if (registered.server.revocation_endpoint === undefined) return 'deleted_only'
  const refresh = refreshToken && (await revokeToken(registered, refreshToken, 'refresh_token', backChannel))
  const access = await revokeToken(registered, accessToken, 'access_token', backChannel)
  if (!refresh || revokesWholeGrant) {
    return access === 'revoked' || refresh === 'revoked' ? 'revoked' : 'deleted_only'
  }
  // A server that never revokes access tokens lets this one expire.
  return refresh === 'revoked' && access !== 'refused' ? 'revoked' : 'deleted_only'
}
