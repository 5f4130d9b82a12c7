import { invalid, isUnavailable, unavailable } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { requestRead } from '../../protocol/read-request.ts'
import { apiError, sendAsConnection } from '../described/api.ts'
import { type ActingGrant, type Described, urlOf } from '../described/described.ts'
import type { Person } from '../described/login-leg.ts'
import type { OwnRequest } from '../described/options.ts'
import { sendOwnRequest } from '../described/own-request.ts'

/**
 * Reads the document about the person or account of a grant.
 *
 * @param now - in seconds since the epoch
 * @throws OAuthError `provider_unavailable`, `provider_timeout`, `provider_response_invalid`, or
 *   `insufficient_scope` when the access token lacks a scope for this
 */
export async function readPerson(
  described: Described,
  grant: ActingGrant,
  backChannel: BackChannel,
  now: number,
): Promise<Person> {
  const { userinfoEndpoint } = described.options
  if (userinfoEndpoint === undefined) return {}
  const response = await request(described, userinfoEndpoint, grant, backChannel, now)
  if (!response) throw invalid('a token response without what the userinfo endpoint needs')
  const { status, headers } = response
  if (isUnavailable(response)) throw unavailable('the userinfo endpoint', response)
  const body = await response.text()
  if (response.ok) {
    const userinfo = parseDocument(body)
    if (!userinfo) throw invalid('a userinfo response that is no JSON document')
    return { userinfo }
  }
  const error = status === 403 ? apiError(described, status, body, headers) : undefined
  throw error?.code === 'insufficient_scope' ? error : invalid(`the userinfo endpoint answered ${status}`)
}

async function request(
  described: Described,
  endpoint: string | OwnRequest,
  grant: ActingGrant,
  backChannel: BackChannel,
  now: number,
): Promise<Response | undefined> {
  if (typeof endpoint !== 'string') {
    return sendOwnRequest(described, { as: 'api', ...endpoint }, grant, backChannel, now)
  }
  const url = urlOf(described, endpoint, grant.details ?? {})
  return (
    url && sendAsConnection(described, grant, { url, now }, (headers) => requestRead(url.href, headers, backChannel))
  )
}

function parseDocument(text: string): Person['userinfo'] {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? (json as Person['userinfo']) : undefined
  } catch {
    return undefined
  }
}
