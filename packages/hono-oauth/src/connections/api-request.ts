import { isOAuthError, OAuthError } from '../errors.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { Provider } from '../providers/contract.ts'
import { authorizedFetch } from './authorized-fetch.ts'
import { isRenewable } from './health.ts'
import type { ConnectionHome, DocumentAddress } from './home.ts'
import type { ConnectionRecord } from './record.ts'

/** What a request to a provider's API is made with. */
export interface ApiRequestContext {
  readonly provider: Provider
  readonly backChannel: BackChannel
  readonly home: ConnectionHome
  readonly address: DocumentAddress
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
}

// How long an access token that a renewal brought cannot be blamed for a 401, in seconds.
const YOUNG_SECONDS = 60

/**
 * Calls the provider's API; a 401 is asked once more, with a new token where there is one to get.
 *
 * @throws OAuthError of {@link authorizedFetch}; `needs_reauth` after a second 401
 */
export async function requestApi(
  context: ApiRequestContext,
  record: ConnectionRecord,
  input: string | URL,
  init?: RequestInit,
): Promise<Response> {
  const { provider, backChannel, home, address } = context
  const send = ({ accessToken }: ConnectionRecord) =>
    authorizedFetch(provider, accessToken, backChannel, input, init)
  try {
    return await send(record)
  } catch (error) {
    if (!isDead(error)) throw error
    if (!isReplayable(init?.body)) throw await notReplayed(context, record, error)
  }
  const next = mayBeOver(context, record) ? await home.renew(address, record, 'refused') : record
  try {
    return await send(next)
  } catch (error) {
    // Of a connection that can be renewed only the token endpoint says that it is dead.
    if (isDead(error) && !isRenewable(provider, next)) {
      // A store that fails now must not hide what the provider said.
      await home.condemn(address, next).catch(() => undefined)
    }
    throw error
  }
}

/** A renewal that was no help is not followed by another one at once; a login is. */
function mayBeOver({ provider, now }: ApiRequestContext, record: ConnectionRecord): boolean {
  const { issuedAt = 0, updatedAt } = record
  if (!isRenewable(provider, record)) return false
  return issuedAt <= updatedAt || issuedAt + YOUNG_SECONDS <= now()
}

/** A body that was read already cannot be sent again, but the next request can have a new token. */
async function notReplayed(
  context: ApiRequestContext,
  record: ConnectionRecord,
  error: unknown,
): Promise<unknown> {
  if (!mayBeOver(context, record)) return error
  await context.home.renew(context.address, record, 'refused')
  const detail = 'The access token was replaced: send the request again.'
  return new OAuthError('provider_unavailable', { detail, cause: error })
}

function isDead(error: unknown): boolean {
  return isOAuthError(error) && error.code === 'needs_reauth'
}

/** A stream can be read only once. */
function isReplayable(body: unknown): boolean {
  return !(body instanceof ReadableStream)
}
