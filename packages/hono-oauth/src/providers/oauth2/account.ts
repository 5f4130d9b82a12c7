import { type BackChannel, invalid } from '../../protocol/back-channel.ts'
import { bearerError } from '../../protocol/bearer-error.ts'
import { type JsonObject, parseJsonObject } from '../../protocol/json-body.ts'
import { requestRead } from '../../protocol/read-request.ts'
import { isUnavailable, unavailable } from '../../protocol/retry-after.ts'
import type { Secret } from '../../secret.ts'
import type { Account } from '../contract.ts'
import type { OAuth2AccountEndpoint } from './options.ts'

// OpenID Connect allows 255 characters in a `sub`; whoever needs far more than that is not naming anybody.
const MAX_TEXT_LENGTH = 1024

/**
 * Asks whom an access token acts for.
 *
 * @throws OAuthError `provider_unavailable`, `provider_timeout`, `provider_response_invalid`, or
 *   `insufficient_scope` when the server says that the token may not ask
 */
export async function readAccount(
  endpoint: OAuth2AccountEndpoint,
  accessToken: Secret,
  backChannel: BackChannel,
): Promise<Account> {
  const headers = { authorization: `Bearer ${accessToken.reveal()}` }
  const response = await requestRead(endpoint.url, headers, backChannel)
  const { status } = response
  if (isUnavailable(response)) throw unavailable('the account endpoint', response)
  const body = await response.text()
  if (status === 200) return judge(endpoint, parseJsonObject(body))
  const error = status === 403 ? bearerError(status, body, response.headers) : undefined
  throw error ?? invalid(`the account endpoint answered ${status}`)
}

function judge(
  { id: idMember = 'sub', name: nameMember = 'name' }: OAuth2AccountEndpoint,
  json: JsonObject | undefined,
): Account {
  const id = readId(json?.[idMember])
  if (id === undefined) throw invalid('an account without an id')
  return { id, name: readText(json?.[nameMember]) ?? null }
}

function readId(value: unknown): string | undefined {
  // Beyond the safe integers two accounts may read as one.
  return Number.isSafeInteger(value) ? String(value) : readText(value)
}

/** A text for people or machines; anything else is none. */
export function readText(value: unknown): string | undefined {
  const isText = typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_LENGTH
  return isText ? value : undefined
}
