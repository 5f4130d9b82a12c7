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
  // A handler that passes its visitor's headers on does not mean these.
  const headers = without(VISITOR_HEADERS, new Headers(init.headers))
  headers.set('authorization', provider.authorizationHeader(accessToken))
  const response = await backChannel.send(url, { ...init, headers })
  const { status, statusText } = response
  const answer = { status, statusText, headers: without(PROVIDER_HEADERS, response.headers) }
  if (status !== 401 && status !== 403) return new Response(response.body, answer)
  const body = await backChannel.limit((signal) => readBody(response, signal))
  const error = provider.apiError(status, new TextDecoder().decode(body), response.headers)
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

/**
 * Headers without those that say nothing to whoever is behind a neighbour.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 | RFC 9110 - section 7.6.1}
 */
function without(names: readonly string[], headers: Headers): Headers {
  const kept = new Headers(headers)
  const named = kept.get('connection')?.split(',') ?? []
  for (const name of [...HOP_HEADERS, ...names]) kept.delete(name)
  for (const name of named.map((each) => each.trim())) {
    // What is no name names no header, and `delete` would throw.
    if (HEADER_NAME.test(name)) kept.delete(name)
  }
  return kept
}

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/
const HOP_HEADERS = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
const VISITOR_HEADERS = ['cookie', 'host']
// The runtime has decoded the body, and the provider's cookies are none of the app's visitors'.
const PROVIDER_HEADERS = ['content-encoding', 'content-length', 'set-cookie']
