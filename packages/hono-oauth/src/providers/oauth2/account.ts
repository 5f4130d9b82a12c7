import {
  invalid,
  isUnavailable,
  type JsonObject,
  parseJsonObject,
  readText,
  unavailable,
} from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { bearerError } from '../../protocol/bearer-error.ts'
import { requestRead } from '../../protocol/read-request.ts'
import type { Secret } from '../../secret.ts'
import type { Account } from '../contract.ts'
import type { OAuth2AccountEndpoint } from './settings.ts'

// OpenID Connect allows 255 characters in a `sub`; other servers may need more.
const MAX_LENGTH = 1024

/**
 * Reads the account that an access token acts for.
 *
 * @throws OAuthError `provider_unavailable`, `provider_timeout`, `provider_response_invalid`, or
 *   `insufficient_scope` when the access token lacks a scope for this
 */
export async function readAccount(
  endpoint: OAuth2AccountEndpoint,
  accessToken: Secret,
  backChannel: BackChannel,
): Promise<Account> {
  const authorization = `Bearer ${accessToken.reveal()}`
  const response = await requestRead(endpoint.url, { authorization }, backChannel)
  const { status, headers } = response
  if (isUnavailable(response)) throw unavailable('the account endpoint', response)
  const body = await response.text()
  if (status === 200) return accountIn(parseJsonObject(body), endpoint)
  const error = status === 403 ? bearerError(status, body, headers) : undefined
  throw error ?? invalid(`the account endpoint answered ${status}`)
}

function accountIn(
  json: JsonObject | undefined,
  { id: idMember = 'sub', name: nameMember = 'name' }: OAuth2AccountEndpoint,
): Account {
  const value = json?.[idMember]
  // Above the safe integers two different ids may become the same number.
  const id = Number.isSafeInteger(value) ? String(value) : readLimitedText(value)
  if (id === undefined) throw invalid('an account without an id')
  return { id, name: readLimitedText(json?.[nameMember]) ?? null }
}

/** A text of 1 to 1024 characters; `undefined` for anything else. */
export function readLimitedText(value: unknown): string | undefined {
  const text = readText(value)
  return text && text.length <= MAX_LENGTH ? text : undefined
}
