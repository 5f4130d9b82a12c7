import { LATE, untilDeadline } from '../deadline.ts'
import { configurationError, OAuthError } from '../errors.ts'
import type { Observe } from '../telemetry.ts'
import { invalid } from './answer.ts'

const MAX_BODY_BYTES = 256 * 1024

/** The part of `fetch` that the back channel uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** How the back channel reaches providers. */
export interface BackChannelOptions {
  /** Sends every request; the `fetch` of the runtime by default. */
  readonly fetch?: Fetch | undefined
  /** The loopback origin of a provider emulator that answers for every host. */
  readonly emulator?: string | undefined
  /** The time that a provider has for a whole answer, in milliseconds. */
  readonly timeoutMs: number
  /** Gets each request; none by default. */
  readonly observe?: Observe | undefined
}

/**
 * Sends every request to providers. It follows no redirect, and each answer has a time limit.
 *
 * @example
 * ```ts
 * const backChannel = new BackChannel({ timeoutMs: 10_000 })
 * const answer = await backChannel.request(new URL('https://api.example.com/me'), { method: 'GET' })
 * ```
 */
export class BackChannel {
  readonly #options: BackChannelOptions

  constructor(options: BackChannelOptions) {
    this.#options = options
  }

  /** The same back channel with a time limit of at most `milliseconds`. */
  within(milliseconds: number): BackChannel {
    const timeoutMs = Math.min(this.#options.timeoutMs, milliseconds)
    return new BackChannel({ ...this.#options, timeoutMs })
  }

  /** The address that requests for a URL are sent to: the URL itself, or its path at the emulator. */
  locate(url: URL): URL {
    const { emulator } = this.#options
    return emulator ? new URL(`${emulator}/${url.host}${url.pathname}${url.search}`) : url
  }

  /**
   * Sends one request and returns the answer as soon as its headers arrive, a redirect included.
   *
   * @param init - a `signal` in it replaces the time limit
   * @throws OAuthError `provider_timeout` or `provider_unavailable` when there is no answer
   */
  send(url: URL, init: RequestInit): Promise<Response> {
    return this.#observe(url, init, () =>
      init.signal ? this.#fetch(url, init) : this.limit((signal) => this.#fetch(url, { ...init, signal })),
    )
  }

  /**
   * Sends one request to an endpoint of the provider and reads its whole answer.
   *
   * @returns status and headers of the answer, with the body in memory
   * @throws OAuthError `provider_timeout`, `provider_unavailable`, or `provider_response_invalid`
   *   for a redirect or a body over 256 KiB
   */
  request(url: URL, init: RequestInit): Promise<Response> {
    const work = async (signal: AbortSignal) => {
      const response = await this.#fetch(url, { ...init, signal })
      const { status, headers } = response
      if (status >= 300 && status < 400) {
        await response.body?.cancel()
        throw invalid(`a redirect (${status}) instead of an answer`)
      }
      const body = await readBody(response, signal)
      // A Response of these statuses must have no body (Fetch standard, "null body status").
      const isEmpty = status === 204 || status === 205
      return new Response(isEmpty ? null : body, { status, headers: new Headers(headers) })
    }
    return this.#observe(url, init, () => this.limit(work))
  }

  /**
   * Gives work with a provider the time limit of one answer, even if the work ignores its signal.
   *
   * @throws OAuthError `provider_timeout`, or the error of the work
   */
  async limit<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController()
    const result = await untilDeadline(work(abort.signal), Date.now() + this.#options.timeoutMs)
    if (result !== LATE) return result
    abort.abort()
    throw new OAuthError('provider_timeout')
  }

  #observe(url: URL, { method }: RequestInit, work: () => Promise<Response>): Promise<Response> {
    return this.#options.observe?.({ name: 'request', method, origin: url.origin }, work) ?? work()
  }

  async #fetch(url: URL, init: RequestInit): Promise<Response> {
    const send = this.#options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init))
    try {
      // A redirect must not carry a credential to another host, and workerd has no `redirect: 'error'`.
      return await send(this.locate(url).href, { ...init, redirect: 'manual' })
    } catch (cause) {
      if (init.signal?.aborted) throw cause
      throw new OAuthError('provider_unavailable', { cause })
    }
  }
}

/**
 * Checks that an emulator has an origin on loopback: a deployment cannot use an emulator.
 *
 * @throws OAuthError `configuration_invalid`
 */
export function requireEmulatorOrigin(value: string): void {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (!url || url.origin !== value || !isHttp || !isLoopback(url)) {
    throw configurationError(
      'emulator',
      'is not a loopback origin such as http://localhost:9000: leave out path and slash',
    )
  }
}

/** Whether a URL names this machine. Browsers resolve every name under `localhost` to it (RFC 6761, section 6.3). */
export function isLoopback({ hostname }: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) || hostname.endsWith('.localhost')
}

/**
 * Reads a whole body into memory.
 *
 * @param signal - its abort cancels the body
 * @throws OAuthError `provider_response_invalid` for a body over 256 KiB, `provider_unavailable` for
 *   one that breaks off
 */
async function readBody(response: Response, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const { body, rest } = await readStart(response, signal)
  if (!rest) return body
  // Not awaited, because the cancellation may never end.
  void rest.cancel().catch(() => undefined)
  throw invalid(`a body over ${MAX_BODY_BYTES} bytes`)
}

/**
 * Reads a body of up to 256 KiB into memory.
 *
 * @param signal - its abort cancels the body
 * @returns the body; for a larger one also `rest`, a stream of all of it
 * @throws OAuthError `provider_unavailable` for a body that breaks off
 */
export async function readStart(
  response: Response,
  signal: AbortSignal,
): Promise<{ readonly body: Uint8Array<ArrayBuffer>; readonly rest?: ReadableStream<Uint8Array> }> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  const cancel = () => void reader?.cancel().catch(() => undefined)
  signal.addEventListener('abort', cancel)
  while (reader) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new OAuthError('provider_unavailable', { cause })
    })
    if (done) break
    length += value.byteLength
    chunks.push(value)
    if (length > MAX_BODY_BYTES) {
      signal.removeEventListener('abort', cancel)
      return { body: new Uint8Array(), rest: continued(chunks, reader) }
    }
  }
  const body = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.byteLength
  }
  return { body }
}

/** A stream of what was read, and then of what is left. */
function continued(chunks: Uint8Array[], reader: ReadableStreamDefaultReader<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const read = chunks.shift()
      const { done, value } = read ? { done: false, value: read } : await reader.read()
      if (done || !value) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
