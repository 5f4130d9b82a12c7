import { invalid, readText } from './answer.ts'
import type { BackChannel } from './back-channel.ts'
import { postAsClient, type RegisteredClient } from './client.ts'
import { type ErrorWords, parseTokenAnswer, requireSuccess } from './token-response.ts'

/**
 * Sends the parameters of an authorization request to the server itself, and returns the URL that stands for them in
 * the browser: the authorization endpoint with `client_id` and `request_uri` alone.
 *
 * @param endpoint - the pushed authorization request endpoint
 * @param parameters - those of the authorization request, by their names in the RFCs
 * @param words - the provider's own words for errors
 * @param now - in seconds since the epoch
 * @throws OAuthError `client_rejected`, `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9126#section-2 | RFC 9126 - section 2}
 */
export async function pushAuthorizationRequest(
  client: RegisteredClient,
  endpoint: URL,
  parameters: URLSearchParams,
  backChannel: BackChannel,
  now: number,
  words?: ErrorWords,
): Promise<URL> {
  const form: RegisteredClient = { ...client, tokenFormat: 'form' }
  const response = await postAsClient(form, endpoint, Object.fromEntries(parameters), backChannel, now)
  const name = 'the pushed authorization request endpoint'
  const { json = {} } = await parseTokenAnswer(response)
  requireSuccess({ response, json }, 'code', words, name)
  const requestUri = readText(json['request_uri'])
  if (!requestUri) throw invalid('a pushed authorization response without a "request_uri"')
  const { server, clientId, parameterNames = {} } = client
  const url = new URL(server.authorization_endpoint)
  url.searchParams.set(parameterNames['client_id'] ?? 'client_id', clientId)
  url.searchParams.set('request_uri', requestUri)
  return url
}
