import { BackChannel, type Fetch } from '../../src/protocol/back-channel.ts'

/** A request as the fake saw it. */
export interface SentRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string
  readonly init: RequestInit
}

/** What the fake answers: a response, or a function that makes one or throws. */
export type Answer = Response | ((request: SentRequest) => Response | Promise<Response>)

/** A fetch that plays its answers in order and keeps what it was sent; it has no other. */
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

/** A JSON answer. */
export const json = (body: unknown, status = 200): Response => Response.json(body, { status })

/** A body that comes chunk by chunk as it is asked for; `signal` ends it as a real fetch would. */
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

/** For what must not ask anybody: a back channel that fails whoever does, and a time. */
export const NOBODY = [fakeBackChannel().backChannel, 0] as const
