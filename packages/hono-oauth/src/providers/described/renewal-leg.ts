import { hasCode } from '../../errors.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import type { Details, RenewedTokens, Revocation, StoredGrant } from '../contract.ts'
import { type Described, detailsIn, withAliases } from './described.ts'
import { areUsable } from './login-leg.ts'
import type { OwnRequest } from './options.ts'
import { revokeGrant } from './revocation.ts'
import { type Issued, readIssued, sendRefresh } from './token-leg.ts'

/** The tokens of a refresh, with the scopes that remain and the details that the response tells anew. */
export function renewedTokens(
  described: Described,
  client: RegisteredClient,
  { tokens, json }: Issued,
  grant: StoredGrant,
): RenewedTokens {
  // A scope has at least one token (RFC 6749, section 3.3), so an empty scope counts as absent.
  const named = tokens.scopes?.length ? tokens.scopes : undefined
  const details: Details = { ...grant.details, ...detailsIn(described, { token: json }) }
  return {
    ...tokens,
    scopes: named && withAliases(described, named, grant.scopes),
    details: areUsable(described, client, details) ? details : undefined,
  }
}

/**
 * Ends a grant at the provider. A revocation that needs an access token which lives gets a new one first.
 *
 * @param now - in seconds since the epoch
 * @throws OAuthError when the grant may still be valid, and another try may end it
 */
export async function endGrant(
  described: Described,
  client: RegisteredClient,
  grant: StoredGrant,
  backChannel: BackChannel,
  now: number,
): Promise<Revocation> {
  const live = await withLiveToken(described, client, grant, backChannel, now)
  return live ? revokeGrant(described, client, live, backChannel, now) : 'revoked'
}

/** The grant with an access token that lives; `undefined` when the provider says that the grant has ended. */
async function withLiveToken(
  described: Described,
  client: RegisteredClient,
  grant: StoredGrant,
  backChannel: BackChannel,
  now: number,
): Promise<StoredGrant | undefined> {
  const { revocationEndpoint, refreshTokens } = described.options
  const isOver = grant.expiresAt !== undefined && grant.expiresAt <= now
  const isNeeded = [revocationEndpoint ?? []].flat().some((it) => typeof it !== 'string' && usesAccessToken(it))
  if (!isOver || !isNeeded || !grant.refreshToken || refreshTokens === 'none') return grant
  try {
    const answer = await sendRefresh(described, client, grant, backChannel, now)
    const { accessToken, refreshToken = grant.refreshToken } = readIssued(
      described,
      answer,
      'refresh_token',
      now,
    ).tokens
    return { ...grant, accessToken, refreshToken }
  } catch (error) {
    if (hasCode(error, 'needs_reauth')) return undefined
    throw error
  }
}

function usesAccessToken({ as, ...request }: OwnRequest): boolean {
  return as === 'api' || JSON.stringify(request).includes('{access_token}')
}
