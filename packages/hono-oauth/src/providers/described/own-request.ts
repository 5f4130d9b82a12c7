import { invalid } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { type ClientAuthentication, formEncode, secretInBody, secretInHeader } from '../../protocol/client.ts'
import { sendAsConnection } from './api.ts'
import { type ActingGrant, type Described, urlOf, valuesOf } from './described.ts'
import type { OwnRequest } from './options.ts'
import { fillJson, fillTexts } from './template.ts'

/**
 * Sends a request in the shape of a provider, once.
 *
 * @param now - in seconds since the epoch
 * @returns the answer of any status; `undefined` when a placeholder has no value, and nothing was sent
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 */
export async function sendOwnRequest(
  described: Described,
  request: OwnRequest,
  grant: ActingGrant,
  backChannel: BackChannel,
  now: number,
): Promise<Response | undefined> {
  const { placeholders } = described
  const { method = 'POST', as } = request
  const values = await valuesOf(described, grant, now)
  const url = urlOf(described, request.url, values)
  const own = fillTexts(request.headers ?? {}, values, placeholders)
  const form = request.form && fillTexts(request.form, values, placeholders)
  const json = request.json && fillJson(request.json, values, placeholders)
  const isTold = url && own && (!request.form || form) && (!request.json || json)
  if (!isTold) return undefined
  const { clientSecret = '' } = described.options
  const authentication: ClientAuthentication | undefined =
    as === 'basic' ? secretInHeader(clientSecret, formEncode) : as === 'post' ? secretInBody(clientSecret) : undefined
  const { clientId } = described.options
  const server = { issuer: url.origin, token_endpoint: url.href }
  const send = async (makeHeaders?: () => Promise<Record<string, string>>) => {
    const api = await makeHeaders?.()
    const headers = readHeaders({ accept: 'application/json', 'user-agent': 'hono-oauth', ...api, ...own })
    const parameters = new URLSearchParams(form)
    await authentication?.({ clientId, server, parameters, headers, now })
    if (json) {
      headers.set('content-type', 'application/json')
      const body = JSON.stringify({ ...json, ...Object.fromEntries(parameters) })
      return backChannel.request(url, { method, headers, body })
    }
    const hasForm = parameters.size > 0
    if (hasForm) headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8')
    return backChannel.request(url, { method, headers, ...(hasForm && { body: parameters.toString() }) })
  }
  return as === 'api' ? sendAsConnection(described, grant, { method, url, now }, send) : send()
}

/** Headers with values that a provider told; a value that no header can carry is the provider's fault. */
function readHeaders(headers: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers(headers)
  } catch {
    throw invalid('a value that no header can carry')
  }
}
