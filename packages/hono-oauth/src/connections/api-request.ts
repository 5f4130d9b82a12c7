import { isOAuthError, OAuthError } from '../errors.ts'
import { type BackChannel, readStart } from '../protocol/back-channel.ts'
import type { Provider, StoredGrant } from '../providers/contract.ts'
import type { DocumentAddress } from '../vault/address.ts'
import { type ConnectionRecord, grantOf, isRenewable } from '../vault/record.ts'
import type { Engine } from './engine-contract.ts'

/** What a request to a provider's API needs. */
export interface ApiRequestContext {
  readonly provider: Provider
  readonly backChannel: BackChannel
  readonly engine: Engine
  readonly address: DocumentAddress
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
  /** Called with the record after a renewal. */
  readonly onRenewed: (record: ConnectionRecord) => void
}

// A refused access token of less than this age is not renewed again, in seconds.
const YOUNG_SECONDS = 60

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/
// RFC 9110, section 7.6.1: these headers are for one network connection alone.
const HOP_BY_HOP_HEADERS =
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade'
// The statuses that RFC 6750, section 3, gives a meaning.
const JUDGED_STATUSES = [401, 403]
// A handler may forward all headers of its visitor; these must not reach the provider.
const VISITOR_HEADERS = /^(cookie|host)$/
// The runtime has decoded the body, so its encoding and length are wrong. The other headers are for the provider's own
// visitors and caches: an app that forwards them could let a shared cache give the data of one person to another, or
// let the provider set rules for the app's origin.
// Of the caching headers, those for one kind of cache overrule `cache-control` (RFC 9213). `etag` and `last-modified`
// let no cache keep anything.
const PROVIDER_HEADERS =
  /^(content-(encoding|length)|set-.*|expires|age|pragma|surrogate-.*|edge-.*|x-accel-.*|clear-site-data|refresh|nel|report.*|alt-svc|access-control-.*|strict-transport-security|x-frame-options)$|cache|-policy/

/** The response of an API, and its meaning for the access token. */
interface ApiAnswer {
  readonly response: Response
  readonly error: OAuthError | undefined
  /** Whether the API has refused the token, or may have refused it without saying so. */
  readonly isRefused: boolean
}

/**
 * Sends a request with the access token of a connection, to the provider's own hosts alone. After a refused token it
 * renews the token and sends the request once more.
 *
 * @param input - an absolute URL of the provider, a path that is resolved against its API, or a `Request`
 * @throws OAuthError `destination_forbidden` or `path_forbidden` before anything is sent, as {@link destination}; the
 *   meaning of the provider's refusal, such as `needs_reauth`, `insufficient_scope` or `access_forbidden`; `provider_timeout`,
 *   `provider_unavailable`
 */
export async function requestApi(
  context: ApiRequestContext,
  record: ConnectionRecord,
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<Response> {
  if (input instanceof Request) return requestApi(context, record, input.url, await initOf(new Request(input, init)))
  const { provider, engine, address } = context
  const first = await send(context, record, input, init)
  if (!first.isRefused) return answerOf(first)
  const isFinal = !mayRenew(context, record)
  const isReplayable = !(init.body instanceof ReadableStream)
  if (isFinal && (!first.error || !isReplayable)) return answerOf(first)
  const next = isFinal ? record : await engine.renew(address, record, 'refused')
  context.onRenewed(next)
  if (!isReplayable) {
    // A stream cannot be sent again; only the next request has the new token.
    if (!first.error) return first.response
    throw sendAgain('The access token was replaced.', first.error)
  }
  const second = await send(context, next, input, init)
  // For a renewable connection only the token endpoint decides that the grant is gone.
  if (isDead(second.error) && !isRenewable(provider, next)) {
    // The caller gets the provider's error, also when the store fails now.
    await engine.markDead(address, next).catch(() => undefined)
  }
  return answerOf(second)
}

/** The request of an SDK that calls its `fetch` with a `Request`: its body is read, so that it can be sent again. */
async function initOf(request: Request): Promise<RequestInit> {
  const { method, headers, signal } = request
  return { method, headers, signal, ...(request.body && { body: await request.arrayBuffer() }) }
}

function answerOf({ response, error }: ApiAnswer): Response {
  if (error) throw error
  return response
}

async function send(
  { provider, backChannel, now }: ApiRequestContext,
  record: ConnectionRecord,
  input: string | URL,
  init: RequestInit,
): Promise<ApiAnswer> {
  const grant = grantOf(record)
  const url = destination(provider, grant, input)
  const headers = without(VISITOR_HEADERS, new Headers(init.headers))
  // Workers send no User-Agent, and some APIs refuse a request without one.
  for (const [name, value] of Object.entries({ 'user-agent': 'hono-oauth', ...provider.apiHeaders })) {
    if (!headers.has(name)) headers.set(name, value)
  }
  const target = { method: init.method, url, now: now() }
  const ask = async () => {
    for (const [name, value] of Object.entries(await provider.tokenHeaders(grant, target))) headers.set(name, value)
    return backChannel.send(url, { ...init, headers })
  }
  let response = await ask()
  if (provider.asksAgain?.(target, response)) {
    // Not awaited, because the cancellation may never end.
    void response.body?.cancel().catch(() => undefined)
    if (init.body instanceof ReadableStream) throw sendAgain('The API asked for another proof.')
    response = await ask()
    provider.asksAgain(target, response)
  }
  const { status, statusText } = response
  const answer = { status, statusText, headers: without(PROVIDER_HEADERS, response.headers) }
  const unjudged = (body: ReadableStream | null) => ({
    response: new Response(body, answer),
    error: undefined,
    isRefused: false,
  })
  if (!(provider.judgedStatuses ?? JUDGED_STATUSES).includes(status)) return unjudged(response.body)
  // A success is an error only by its JSON; anything else, such as a file, is handed on as it comes.
  const isJson = /[/+]json\b/i.test(response.headers.get('content-type') ?? '')
  if (response.ok && !isJson) return unjudged(response.body)
  const { body, rest } = await backChannel.limit((signal) => readStart(response, signal))
  if (rest && response.ok) return unjudged(rest)
  // The challenge tells what a refusal with a huge body means.
  const error = provider.apiError(status, new TextDecoder().decode(body), response.headers)
  if (error && rest) {
    void rest.cancel().catch(() => undefined)
    return { response: new Response(null, answer), error, isRefused: isDead(error) }
  }
  // RFC 6750, section 3: a 401 about the token has a challenge. A 401 without any may be about the token too.
  const isUnclear = !error && status === 401 && !response.headers.has('www-authenticate')
  const isRefused = isDead(error) || isUnclear
  return { response: new Response(rest ?? body, answer), error, isRefused }
}

/** The error for a request whose body is a stream, which only its caller can send again. */
function sendAgain(reason: string, cause?: OAuthError): OAuthError {
  return new OAuthError('provider_unavailable', { detail: `${reason} Send the request again.`, cause })
}

/** Whether to renew a refused token: not just after a renewal, because another one would not help. */
function mayRenew({ provider, now }: ApiRequestContext, record: ConnectionRecord): boolean {
  const { issuedAt = 0, updatedAt } = record
  if (!isRenewable(provider, record)) return false
  return issuedAt <= updatedAt || issuedAt + YOUNG_SECONDS <= now()
}

function isDead(error: unknown): boolean {
  return isOAuthError(error) && error.code === 'needs_reauth'
}

/**
 * The URL of a request, at an origin of the provider.
 *
 * @throws OAuthError `destination_forbidden` for an absolute URL, which the app wrote; `path_forbidden` for a path that
 *   leads to another host, such as `//evil.example`: no app writes such a path, but the text of a visitor may make one
 */
function destination(provider: Provider, grant: StoredGrant, input: string | URL): URL {
  const origins = provider.apiOrigins(grant)
  const [base] = origins
  const url = URL.canParse(String(input), base) ? new URL(input, base) : undefined
  // The origin of a `blob:` URL is that of the page that made it, and the request would not go there.
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!url || !isWeb || url.username || url.password || !origins.includes(url.origin))
    throw new OAuthError(URL.canParse(String(input)) ? 'destination_forbidden' : 'path_forbidden')
  return url
}

/** A copy of headers without the hop-by-hop headers and those with one of these names. */
function without(names: RegExp, headers: Headers): Headers {
  const kept = new Headers(headers)
  const hopByHop = `${HOP_BY_HOP_HEADERS} ${kept.get('connection') ?? ''}`.split(/[\s,]+/)
  for (const name of [...hopByHop, ...[...kept.keys()].filter((each) => names.test(each))]) {
    // `delete` throws for a text that is not a header name.
    if (HEADER_NAME.test(name)) kept.delete(name)
  }
  return kept
}
