import { OAuthError } from '../errors.ts'
import { type BackChannel, readBody } from '../protocol/back-channel.ts'
import type { Provider } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'

/**
 * Sends a request with the access token of a connection, to the provider's own hosts alone.
 *
 * @param input - an absolute URL of the provider, or a path that is resolved against its API
 * @throws OAuthError `destination_forbidden` before anything is sent; what the provider's refusal
 *   means, such as `needs_reauth`, `insufficient_scope` or `access_forbidden`; `provider_timeout`,
 *   `provider_unavailable`
 */
export async function authorizedFetch(
  provider: Provider,
  accessToken: Secret,
  backChannel: BackChannel,
  input: string | URL,
  init: RequestInit = {},
): Promise<Response> {
  const url = destination(provider, input)
  const headers = new Headers(init.headers)
  // A handler that passes its visitor's headers on does not mean these.
  for (const name of VISITOR_HEADERS) headers.delete(name)
  headers.set('authorization', provider.authorizationHeader(accessToken))
  const response = await backChannel.send(url, { ...init, headers })
  const { status, statusText } = response
  const answer = { status, statusText, headers: passedOn(response.headers) }
  if (status !== 401 && status !== 403) return new Response(response.body, answer)
  const body = await backChannel.limit((signal) => readBody(response, signal))
  const error = provider.apiError(status, new TextDecoder().decode(body))
  if (error) throw error
  return new Response(body, answer)
}

function destination(provider: Provider, input: string | URL): URL {
  const [base] = provider.apiOrigins
  const url = URL.canParse(String(input), base) ? new URL(input, base) : undefined
  // A blob: URL has the origin of its maker without leading there.
  const isPlain = url?.protocol === 'https:' && !url.username && !url.password
  if (!url || !isPlain || !provider.apiOrigins.includes(url.origin)) {
    throw new OAuthError('destination_forbidden')
  }
  return url
}

/** The runtime has decoded the body, and the provider's cookies are none of the app's visitors'. */
function passedOn(headers: Headers): Headers {
  const kept = new Headers(headers)
  for (const name of ANSWER_HEADERS) kept.delete(name)
  return kept
}

// They belong to one connection of the network (RFC 9110, section 7.6.1). What a visitor's `Connection` names
// besides is kept: a visitor could have the app's own headers dropped by it.
const HOP_HEADERS = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
const VISITOR_HEADERS = [...HOP_HEADERS, 'cookie', 'host', 'proxy-authorization']
const ANSWER_HEADERS = [...HOP_HEADERS, 'content-encoding', 'content-length', 'set-cookie']
