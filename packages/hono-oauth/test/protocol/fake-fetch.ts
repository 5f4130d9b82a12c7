import { BackChannel, type Fetch } from '../../src/protocol/back-channel.ts'

/** A request that the fake received. */
export interface SentRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string
  readonly init: RequestInit
}

/** An answer of the fake: a response, or a function that makes one or throws. */
export type Answer = Response | ((request: SentRequest) => Response | Promise<Response>)

/** A fetch that gives its answers in order and records its requests; without an answer it throws. */
export function fakeFetch(...answers: readonly Answer[]): { fetch: Fetch; sent: SentRequest[] } {
  const sent: SentRequest[] = []
  const fetch: Fetch = async (url, init) => {
    const { method = 'GET', body } = init
    const headers = new Headers(init.headers as ConstructorParameters<typeof Headers>[0])
    const request = { url, method, headers, body: body ? String(body) : '', init }
    const answer = answers[sent.length]
    sent.push(request)
    if (!answer) throw new Error('the fake has no answer to this request')
    return answer instanceof Response ? answer : answer(request)
  }
  return { fetch, sent }
}

/** A back channel over a fake. */
export function fakeBackChannel(...answers: readonly Answer[]) {
  const { fetch, sent } = fakeFetch(...answers)
  return { backChannel: new BackChannel({ fetch, timeoutMs: 10_000 }), sent }
}

/** Work that uses a fake back channel, and the requests that the work sends. */
export function over<T>(answers: readonly Answer[], use: (backChannel: BackChannel) => T) {
  const { backChannel, sent } = fakeBackChannel(...answers)
  return { sent, work: () => use(backChannel) }
}

/** The method and the address of each request. */
export const linesOf = (sent: readonly SentRequest[]) => sent.map(({ method, url }) => `${method} ${url}`)

/** An answer without a body. */
export const empty = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers })

/** An HTML answer. */
export const html = (status = 200): Response => new Response('<html>canary', { status })

/** A fetch that finds no connection. */
export const lost: Answer = () => Promise.reject(new TypeError('fetch failed'))

/** A JSON answer. */
export const json = (body: unknown, status = 200): Response => Response.json(body, { status })

/** A body that makes a chunk for each read; `signal` ends it as a real fetch would. */
export function streamedBody(chunk: () => Uint8Array | undefined, signal?: AbortSignal | null) {
  const seen = { pulls: 0, cancelled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        signal?.addEventListener('abort', () => controller.error(signal.reason))
      },
      pull(controller) {
        seen.pulls++
        const next = chunk()
        if (next) controller.enqueue(next)
        else controller.close()
      },
      cancel() {
        seen.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { body, seen }
}

/** A back channel without answers, and a time: for work that must send no request. */
export const NO_REQUEST = [fakeBackChannel().backChannel, 0] as const
