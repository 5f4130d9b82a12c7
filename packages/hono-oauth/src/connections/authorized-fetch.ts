import { OAuthError } from '../errors.ts'
import { type BackChannel, readBody } from '../protocol/back-channel.ts'
import type { Provider } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'

/**
 * Sends a request with the access token of a connection, to the provider's own hosts alone.
 *
 * @param input - an absolute URL of the provider, or a path that is resolved against its API
 * @throws OAuthError `destination_forbidden` before anything is sent; what the provider's refusal
 *   means, such as `needs_reauth`, `insufficient_scope` or `access_forbidden`; `provider_unavailable`
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
  headers.set('authorization', provider.authorizationHeader(accessToken))
  const response = await backChannel.send(url, { ...init, headers })
  if (response.status !== 401 && response.status !== 403) return response
  const body = await readBody(response)
  const error = provider.apiError(response.status, new TextDecoder().decode(body))
  if (error) throw error
  const { status, statusText } = response
  return new Response(body, { status, statusText, headers: plainHeaders(response.headers) })
}

function destination(provider: Provider, input: string | URL): URL {
  const [base] = provider.apiOrigins
  const url = URL.canParse(String(input), base) ? new URL(input, base) : undefined
  if (!url || !provider.apiOrigins.includes(url.origin) || url.username || url.password) {
    throw new OAuthError('destination_forbidden')
  }
  return url
}

/** The body was decoded and read: what described its way over the wire no longer holds. */
function plainHeaders(headers: Headers): Headers {
  const plain = new Headers(headers)
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) plain.delete(name)
  return plain
}
