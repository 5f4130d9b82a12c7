import { isUnavailable, type JsonObject, readJsonObject, unavailable } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import { revokeToken } from '../../protocol/revocation-request.ts'
import { errorIn } from '../../protocol/token-response.ts'
import type { Revocation } from '../contract.ts'
import { type ActingGrant, type Described, urlOf } from './described.ts'
import type { OwnRequest } from './options.ts'
import { sendOwnRequest } from './own-request.ts'

/** Whether the provider has a way for the app to end a grant. */
export function isRevocable({ options }: Described, { server }: RegisteredClient): boolean {
  return (options.revocationEndpoint ?? server.revocation_endpoint) !== undefined
}

/**
 * Ends a grant at the provider: by RFC 7009, or by the requests of the description.
 *
 * @param now - in seconds since the epoch
 * @throws OAuthError when the grant may still be valid, and another try may end it
 */
export async function revokeGrant(
  described: Described,
  client: RegisteredClient,
  grant: ActingGrant,
  backChannel: BackChannel,
  now: number,
): Promise<Revocation> {
  const endpoint = described.options.revocationEndpoint ?? client.server.revocation_endpoint
  if (endpoint === undefined) return 'deleted_only'
  if (typeof endpoint !== 'string') return sendAll(described, [endpoint].flat(), grant, backChannel, now)
  const url = urlOf(described, endpoint, grant.details ?? {})
  return url ? revokeTokens(described, client, url, grant, backChannel, now) : 'deleted_only'
}

/**
 * Revokes tokens that no connection will hold. It ignores failures and takes at most the time of one
 * request, because its caller reports another error.
 *
 * With `revokesWholeGrant` it does nothing, because a revocation would end an earlier connection of the same person.
 */
export async function giveBack(
  described: Described,
  client: RegisteredClient,
  grant: ActingGrant,
  backChannel: BackChannel,
  now: number,
): Promise<void> {
  if (described.options.revokesWholeGrant) return
  await backChannel.limit(() => revokeGrant(described, client, grant, backChannel, now)).catch(() => undefined)
}

/**
 * Revokes the refresh token first, and then the access token, which a server need not revoke with the refresh token
 * (RFC 7009, section 2.1).
 */
async function revokeTokens(
  { options }: Described,
  client: RegisteredClient,
  url: URL,
  { accessToken, refreshToken }: ActingGrant,
  backChannel: BackChannel,
  now: number,
): Promise<Revocation> {
  const refresh = refreshToken && (await revokeToken(client, url, refreshToken, 'refresh_token', backChannel, now))
  const access = accessToken && (await revokeToken(client, url, accessToken, 'access_token', backChannel, now))
  if (!refresh || options.revokesWholeGrant) {
    return access === 'revoked' || refresh === 'revoked' ? 'revoked' : 'deleted_only'
  }
  // A server that never revokes access tokens lets this one expire.
  return refresh === 'revoked' && access !== 'refused' ? 'revoked' : 'deleted_only'
}

/** Sends requests in order, without those that lack a value: `revoked` when each has ended its part of the grant. */
async function sendAll(
  described: Described,
  requests: readonly OwnRequest[],
  grant: ActingGrant,
  backChannel: BackChannel,
  now: number,
): Promise<Revocation> {
  let sent = 0
  let ended = 0
  for (const request of requests) {
    const response = await sendOwnRequest(described, request, grant, backChannel, now)
    if (!response) continue
    sent++
    if (isUnavailable(response)) throw unavailable('the revocation endpoint', response)
    const json = (await readJsonObject(response)) ?? {}
    const { word } = errorIn(json, described.options.errors ?? {})
    if (word === 'invalid_token' || (response.ok && !saysFailure(json))) ended++
  }
  return sent > 0 && ended === sent ? 'revoked' : 'deleted_only'
}

/** Whether the body of a 2xx says that nothing was done: some APIs answer each request with 200. */
function saysFailure({ error, ok, success }: JsonObject): boolean {
  return (error !== undefined && error !== null) || ok === false || success === false
}
