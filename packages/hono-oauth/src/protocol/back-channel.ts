import { configurationError, OAuthError } from '../errors.ts'

const MAX_BODY_BYTES = 256 * 1024

/** The part of `fetch` that the back channel uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** How the back channel reaches providers. */
export interface BackChannelOptions {
  /** Sends every request; the runtime's own `fetch` unless given. */
  readonly fetch?: Fetch | undefined
  /** The loopback origin of a provider emulator that stands in for every host. */
  readonly emulator?: string | undefined
  /** The whole time a provider has for an answer, in milliseconds. */
  readonly timeoutMs: number
}

/** The one place that calls `fetch`: no redirect is followed, and nothing waits for ever. */
export class BackChannel {
  readonly #options: BackChannelOptions
  readonly #fetch: Fetch
  readonly #emulator: string | undefined
  readonly #timeoutMs: number

  constructor(options: BackChannelOptions) {
    this.#options = options
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init))
    this.#emulator = options.emulator
    this.#timeoutMs = options.timeoutMs
  }

  /** The same for whoever has only so many milliseconds left. */
  within(milliseconds: number): BackChannel {
    return new BackChannel({
      ...this.#options,
      timeoutMs: Math.min(this.#timeoutMs, milliseconds),
    })
  }

  /** Where a provider's URL is found: the URL itself, or its stand-in at the emulator. */
  locate(url: URL): URL {
    if (!this.#emulator) return url
    return new URL(`${this.#emulator}/${url.host}${url.pathname}${url.search}`)
  }

  /**
   * Sends one request and hands the answer on as soon as it begins, a redirect included.
   *
   * @param init - with a `signal` of its own the request has no other time limit
   * @throws OAuthError `provider_timeout` or `provider_unavailable` when there is no answer
   */
  send(url: URL, init: RequestInit): Promise<Response> {
    return init.signal
      ? this.#fetchFrom(url, init)
      : this.limit((signal) => this.#fetchFrom(url, { ...init, signal }))
  }

  /**
   * Sends one request to an endpoint of the provider and reads its whole answer.
   *
   * @returns status and headers as they came, with the body in memory
   * @throws OAuthError `provider_timeout`, `provider_unavailable`, or `provider_response_invalid`
   *   for a redirect or a body over 256 KiB
   */
  request(url: URL, init: RequestInit): Promise<Response> {
    return this.limit(async (signal) => {
      const response = await this.#fetchFrom(url, { ...init, signal })
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel()
        throw invalid(`a redirect (${response.status}) where an answer was due`)
      }
      const body = await readBody(response, signal)
      const { status, headers } = response
      return new Response(isNullBody(status) ? null : body, {
        status,
        headers: new Headers(headers),
      })
    })
  }

  /**
   * Gives some work with a provider its time and no more, even if it does not mind its signal.
   *
   * @throws OAuthError `provider_timeout`, or what the work threw
   */
  async limit<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController()
    let stopTimer = () => {}
    const tooLate = new Promise<never>((_resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new OAuthError('provider_timeout'))
        abort.abort()
      }, this.#timeoutMs)
      stopTimer = () => clearTimeout(timer)
    })
    try {
      return await Promise.race([work(abort.signal), tooLate])
    } finally {
      stopTimer()
    }
  }

  async #fetchFrom(url: URL, init: RequestInit): Promise<Response> {
    try {
      // workerd knows no `redirect: 'error'`; a credential must never follow a redirect.
      return await this.#fetch(this.locate(url).href, { ...init, redirect: 'manual' })
    } catch (cause) {
      if (init.signal?.aborted) throw cause
      throw new OAuthError('provider_unavailable', { cause })
    }
  }
}

/**
 * Checks the origin of an emulator: loopback only, so that no deployment can talk to one.
 *
 * @throws OAuthError `configuration_invalid`
 */
export function emulatorOrigin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (!url || url.origin !== value || !isHttp || !isLoopback(url)) {
    throw configurationError('emulator', 'is not a loopback origin such as http://localhost:9000')
  }
  return url.origin
}

/** Whether a URL names this very machine. */
export function isLoopback(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
}

/** A provider's answer that makes no sense; `reason` is for logs and holds nothing of the body. */
export function invalid(reason: string): OAuthError {
  return new OAuthError('provider_response_invalid', { cause: new Error(reason) })
}

/**
 * Reads a whole body into memory.
 *
 * @param signal - lets go of the body when the time for it is over
 * @throws OAuthError `provider_response_invalid` for a body over 256 KiB, `provider_unavailable` for
 *   one that breaks off
 */
export async function readBody(
  response: Response,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  signal?.addEventListener('abort', () => reader?.cancel().catch(() => undefined))
  while (reader) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new OAuthError('provider_unavailable', { cause })
    })
    if (done) break
    length += value.byteLength
    if (length > MAX_BODY_BYTES) {
      // Not waited for: a body that does not end may not mind being cancelled either.
      reader.cancel().catch(() => undefined)
      throw invalid(`a body over ${MAX_BODY_BYTES} bytes`)
    }
    chunks.push(value)
  }
  const body = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.byteLength
  }
  return body
}

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
function isNullBody(status: number): boolean {
  return [101, 204, 205, 304].includes(status)
}
