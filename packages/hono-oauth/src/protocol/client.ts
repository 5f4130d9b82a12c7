import {
  type AuthorizationServer,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  None,
} from 'oauth4webapi'
import type { BackChannel } from './back-channel.ts'

/** The metadata of an authorization server, and this app as its client. */
export interface RegisteredClient {
  readonly server: AuthorizationServer
  readonly client: Client
  readonly authentication: ClientAuth
}

/**
 * The client authentication (RFC 6749, section 2.3): `basic` sends the secret in the Authorization header,
 * `basic-raw` does so without form-encoding, `post` sends it in the body; `none` is for public clients.
 */
export type ClientAuthenticationMethod = 'basic' | 'basic-raw' | 'post' | 'none'

const WITH_SECRET: Readonly<Record<string, (clientSecret: string) => ClientAuth>> = {
  basic: ClientSecretBasic,
  'basic-raw': basicRaw,
  post: ClientSecretPost,
}

/**
 * The client authentication of a method.
 *
 * @param clientSecret - required by every method but `none`
 * @returns `undefined` for an unknown method, or without the secret that the method needs
 */
export function clientAuthentication(
  method: ClientAuthenticationMethod,
  clientSecret: string | undefined,
): ClientAuth | undefined {
  if (method === 'none') return None()
  const make = Object.hasOwn(WITH_SECRET, method) ? WITH_SECRET[method] : undefined
  return clientSecret === undefined ? undefined : make?.(clientSecret)
}

/** Sends plain HTTP Basic (RFC 7617), for servers that do not decode the form-encoding of RFC 6749, section 2.3.1. */
function basicRaw(clientSecret: string): ClientAuth {
  return (_server, client, _body, headers) => {
    const bytes = new TextEncoder().encode(`${client.client_id}:${clientSecret}`)
    headers.set('authorization', `Basic ${btoa(String.fromCharCode(...bytes))}`)
  }
}

/**
 * Sends a JSON object, once, and returns the answer of any status.
 *
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 */
export function postJson(url: URL, json: Readonly<Record<string, string>>, backChannel: BackChannel) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  return backChannel.request(url, { method: 'POST', headers, body: JSON.stringify(json) })
}

/**
 * Sends an authenticated form to an endpoint of the authorization server, once, and returns the answer of
 * any status.
 *
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 */
export async function postForm(
  { server, client, authentication }: RegisteredClient,
  endpoint: 'token_endpoint' | 'revocation_endpoint',
  parameters: Readonly<Record<string, string>>,
  backChannel: BackChannel,
): Promise<Response> {
  const form = new URLSearchParams(parameters)
  const headers = new Headers({
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    'user-agent': 'hono-oauth',
  })
  await authentication(server, client, form, headers)
  const init = { method: 'POST', headers, body: form.toString() }
  return backChannel.request(new URL(server[endpoint] as string), init)
}
