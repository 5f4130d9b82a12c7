import type { BackChannel } from '../../protocol/back-channel.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import { revokeToken } from '../../protocol/revocation-request.ts'
import type { GrantTokens, Revocation } from '../contract.ts'

/**
 * Gives tokens back that nobody will keep: best effort, in the time of one request, for the error that led
 * here is the one to tell.
 *
 * Where one token takes the others with it, an earlier connection of the same person would go too: nothing
 * is given back then.
 */
export async function giveBack(
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
 * Ends a grant: the refresh token first, since it is what the grant lives by, and then the access
 * token, since a server need not end it with the other (RFC 7009, section 2.1).
 *
 * @param revokesWholeGrant - whether any token of the grant ends it
 * @throws OAuthError when the grant may still live, and another try may end it
 */
export async function revokeGrant(
  registered: RegisteredClient,
  { accessToken, refreshToken }: GrantTokens,
  revokesWholeGrant: boolean,
  backChannel: BackChannel,
): Promise<Revocation> {
  if (registered.server.revocation_endpoint === undefined) return 'deleted_only'
  const refresh =
    refreshToken && (await revokeToken(registered, refreshToken, 'refresh_token', backChannel))
  const access = await revokeToken(registered, accessToken, 'access_token', backChannel)
  if (!refresh || revokesWholeGrant) {
    return access === 'revoked' || refresh === 'revoked' ? 'revoked' : 'deleted_only'
  }
  // A server that never revokes access tokens lets this one run out.
  return refresh === 'revoked' && access !== 'refused' ? 'revoked' : 'deleted_only'
}
