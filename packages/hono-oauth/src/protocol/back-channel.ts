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

/** The one place that calls `fetch`: no redirects, a time limit, a size limit. */
export class BackChannel {
  readonly #fetch: Fetch
  readonly #emulator: string | undefined
  readonly #timeoutMs: number

  constructor(options: BackChannelOptions) {
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init))
    this.#emulator = options.emulator
    this.#timeoutMs = options.timeoutMs
  }

  /** Where a provider's URL is found: the URL itself, or its stand-in at the emulator. */
  locate(url: URL): URL {
    if (!this.#emulator) return url
    return new URL(`${this.#emulator}/${url.host}${url.pathname}${url.search}`)
  }

  /**
   * Sends one request and hands the answer on as it comes, a redirect included.
   *
   * @throws OAuthError `provider_unavailable` when there is no answer
   */
  async send(url: URL, init: RequestInit): Promise<Response> {
    try {
      // workerd knows no `redirect: 'error'`; a credential must never follow a redirect.
      return await this.#fetch(this.locate(url).href, { ...init, redirect: 'manual' })
    } catch (cause) {
      if (init.signal?.aborted) throw cause
      throw new OAuthError('provider_unavailable', { cause })
    }
  }

  /**
   * Sends one request to an endpoint of the provider and reads its whole answer.
   *
   * @returns status and headers as they came, with the body in memory
   * @throws OAuthError `provider_timeout`, `provider_unavailable`, or `provider_response_invalid`
   *   for a redirect or a body over 256 KiB
   */
  async request(url: URL, init: RequestInit): Promise<Response> {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), this.#timeoutMs)
    try {
      const response = await this.send(url, { ...init, signal: abort.signal })
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel()
        throw invalid(`a redirect (${response.status}) where an answer was due`)
      }
      const body = await readBody(response)
      const bodyAllowed = response.status !== 204 && response.status !== 205
      const { status, headers } = response
      return new Response(bodyAllowed ? body : null, { status, headers: new Headers(headers) })
    } catch (error) {
      if (abort.signal.aborted) throw new OAuthError('provider_timeout')
      if (error instanceof OAuthError) throw error
      throw new OAuthError('provider_unavailable', { cause: error })
    } finally {
      clearTimeout(timer)
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
  if (!url || url.origin !== value || !isLoopback(url)) {
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
 * @throws OAuthError `provider_response_invalid` for a body over 256 KiB
 */
export async function readBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.byteLength
    if (length > MAX_BODY_BYTES) {
      await reader.cancel()
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
