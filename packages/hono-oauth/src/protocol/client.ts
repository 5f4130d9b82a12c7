import type { BackChannel } from './back-channel.ts'
import type { RequestTarget, SendWithHeaders } from './proof.ts'

/** The endpoints of an authorization server (RFC 8414, section 2). */
export interface ServerMetadata {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly revocation_endpoint?: string | undefined
  /** Where authorization requests are pushed to (RFC 9126); absent when they go through the browser. */
  readonly pushed_authorization_request_endpoint?: string | undefined
  readonly authorization_response_iss_parameter_supported?: boolean | undefined
}

/** A request to the authorization server that the client has to authenticate. */
export interface ClientRequest {
  readonly clientId: string
  readonly server: Pick<ServerMetadata, 'issuer' | 'token_endpoint'>
  /** The parameters of the request; an authentication adds its own. */
  readonly parameters: URLSearchParams
  readonly headers: Headers
  /** In seconds since the epoch. */
  readonly now: number
}

/** Adds the credentials of the client to a request (RFC 6749, section 2.3). */
export type ClientAuthentication = (request: ClientRequest) => void | Promise<void>

/** The client secret: a text, or a function that makes one for each request, such as a signed JWT. */
export type ClientSecret = string | ((nowSeconds: number) => string | Promise<string>)

/** The metadata of an authorization server, and this app as its client. */
export interface RegisteredClient {
  readonly server: ServerMetadata
  readonly clientId: string
  readonly authentication: ClientAuthentication
  /** How the server wants the parameters of a token request: as a form, unless told otherwise. */
  readonly tokenFormat?: 'form' | 'json' | undefined
  /** Other names for parameters of the protocol, such as `client_key` for `client_id`. */
  readonly parameterNames?: Readonly<Record<string, string>> | undefined
  /** Sends a request with a proof that the app has the key of its tokens; absent for bearer tokens. */
  readonly prove?: ((target: RequestTarget, send: SendWithHeaders) => Promise<Response>) | undefined
}

/**
 * The client authentication (RFC 6749, section 2.3): `basic` sends the secret in the Authorization header,
 * `basic-raw` does so without form-encoding, `post` sends it in the body; `none` is for public clients.
 */
export type ClientAuthenticationMethod = 'basic' | 'basic-raw' | 'post' | 'none'

// What was sent for an answer, and the secret of an authentication: no log may name them.
const sentFor = /* @__PURE__ */ new WeakMap<Response, readonly string[]>()
const secretOf = /* @__PURE__ */ new WeakMap<ClientAuthentication, ClientSecret>()

/** The texts that were sent for an answer to {@link postAsClient} or {@link postJson}, the client secret included. */
export function secretsBehind(response: Response): readonly string[] {
  return sentFor.get(response) ?? []
}

/** The client secret as a list: empty for a client without a secret, or with one that is made for each request. */
export function clientSecrets({ authentication }: Pick<RegisteredClient, 'authentication'>): string[] {
  const secret = secretOf.get(authentication)
  return typeof secret === 'string' ? [secret] : []
}

/** The text of a client secret, for a request at this time, in seconds since the epoch. */
export async function secretAt(secret: ClientSecret, now: number): Promise<string> {
  return typeof secret === 'string' ? secret : secret(now)
}

/**
 * Names the client, and sends no secret: for public clients.
 *
 * @example
 * ```ts
 * const publicApp = { ...client, authentication: publicClient }
 * ```
 */
export const publicClient: ClientAuthentication = ({ clientId, parameters }) => parameters.set('client_id', clientId)

/**
 * Sends the client's id and its secret in the body.
 *
 * @param secret - a text, or a function that makes one for each request from the time in seconds
 * @example
 * ```ts
 * const app = { ...client, authentication: secretInBody(clientSecret) }
 * ```
 */
export function secretInBody(secret: ClientSecret): ClientAuthentication {
  return withSecret(secret, async ({ clientId, parameters, now }) => {
    parameters.set('client_id', clientId)
    parameters.set('client_secret', await secretAt(secret, now))
  })
}

/**
 * Sends the client's id and its secret by HTTP Basic.
 *
 * @param secret - a text, or a function that makes one for each request from the time in seconds
 * @param encode - of both parts: form-encoding by RFC 6749, section 2.3.1, or none
 * @example
 * ```ts
 * const app = { ...client, authentication: secretInHeader(clientSecret, formEncode) }
 * ```
 */
export function secretInHeader(secret: ClientSecret, encode: (text: string) => string): ClientAuthentication {
  return withSecret(secret, async ({ clientId, headers, now }) => {
    const credentials = [clientId, await secretAt(secret, now)].map(encode).join(':')
    const bytes = new TextEncoder().encode(credentials)
    headers.set('authorization', `Basic ${btoa(String.fromCharCode(...bytes))}`)
  })
}

function withSecret(secret: ClientSecret, authentication: ClientAuthentication): ClientAuthentication {
  secretOf.set(authentication, secret)
  return authentication
}

/**
 * Form-encodes a text: reserved characters alone, because some servers do not decode the others.
 *
 * @param text - such as a client secret
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#appendix-B | RFC 6749 - appendix B}
 * @example
 * ```ts
 * formEncode('a b&c') // 'a+b%26c'
 * ```
 */
export function formEncode(text: string): string {
  const percentEncode = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()]/g, percentEncode)
}

/**
 * Sends a JSON object, once, and returns the answer of any status.
 *
 * @param url - the endpoint
 * @param json - the members of the object
 * @param backChannel - what sends the request
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 * @example
 * ```ts
 * const answer = await postJson(new URL('https://login.example.com/token'), { code: 'a-code' }, backChannel)
 * ```
 */
export async function postJson(url: URL, json: Readonly<Record<string, string>>, backChannel: BackChannel) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const response = await backChannel.request(url, { method: 'POST', headers, body: JSON.stringify(json) })
  sentFor.set(response, Object.values(json))
  return response
}

/**
 * Sends an authenticated request to the authorization server, once, and returns the answer of any status. A client with
 * proofs sends it once more when the server asks for a proof with its nonce: the first request has no effect then.
 *
 * @param client - the server, and this app as its client
 * @param url - the endpoint
 * @param sent - the parameters, without the credentials of the client
 * @param backChannel - what sends the request
 * @param now - in seconds since the epoch
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 * @example
 * ```ts
 * const url = new URL('https://login.example.com/token')
 * const now = Math.floor(Date.now() / 1000)
 * const answer = await postAsClient(client, url, { grant_type: 'client_credentials' }, backChannel, now)
 * ```
 */
export async function postAsClient(
  client: RegisteredClient,
  url: URL,
  sent: Readonly<Record<string, string>>,
  backChannel: BackChannel,
  now: number,
): Promise<Response> {
  const { clientId, server, authentication, parameterNames = {}, tokenFormat = 'form', prove } = client
  const isForm = tokenFormat === 'form'
  // A server takes a signed credential once, so each request has one of its own.
  const send: SendWithHeaders = async (further) => {
    const parameters = new URLSearchParams(sent)
    const headers = new Headers({
      accept: 'application/json',
      'content-type': isForm ? 'application/x-www-form-urlencoded;charset=UTF-8' : 'application/json',
      'user-agent': 'hono-oauth',
      ...further,
    })
    await authentication({ clientId, server, parameters, headers, now })
    const named = [...parameters].map(([name, value]) => [parameterNames[name] ?? name, value] as const)
    const body = isForm
      ? new URLSearchParams(named.map(([...pair]) => pair))
      : JSON.stringify(Object.fromEntries(named))
    const response = await backChannel.request(url, { method: 'POST', headers, body: body.toString() })
    sentFor.set(response, [...parameters.values(), ...clientSecrets(client)])
    return response
  }
  return prove ? prove({ method: 'POST', url, now }, send) : send({})
}
