import type { Surroundings } from './provider.ts'
import type { ScenarioDefinition } from './scenarios.ts'

/** Delivers an ordinary answer badly. */
export type Deliver = (
  answer: Response,
  surroundings: Surroundings,
  signal: AbortSignal,
) => Promise<Response>

/** The ordinary answer, badly delivered. A code in the request is used up. */
export interface DeliveryScenario extends ScenarioDefinition {
  readonly deliver: Deliver
}

type NextChunk = () => Promise<Uint8Array | undefined>

/** A body that ends with an error when the client goes away, as a network's would. */
function bodyOf(next: NextChunk, signal: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = await next()
      if (signal.aborted) controller.error(signal.reason)
      else if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
  })
}

const withBody = (
  { status, headers }: Response,
  body: string | ReadableStream<Uint8Array>,
): Response => new Response(body, { status, headers })

export const deliverTruncated: Deliver = async (answer) => {
  const text = await answer.text()
  return withBody(answer, text.slice(0, Math.ceil(text.length / 2)))
}

export const deliverSlowly: Deliver = async (answer, { wait, slowSeconds }, signal) => {
  await wait(slowSeconds * 1000, signal)
  return answer
}

export const deliverStalling: Deliver = async (answer, { wait, slowSeconds }, signal) => {
  const chunks = [new Uint8Array(await answer.arrayBuffer())]
  let waited = false
  const next: NextChunk = async () => {
    if (!waited) await wait(slowSeconds * 1000, signal)
    waited = true
    return chunks.shift()
  }
  return withBody(answer, bodyOf(next, signal))
}

export const deliverDripping: Deliver = async (answer, { wait }, signal) => {
  const bytes = new Uint8Array(await answer.arrayBuffer())
  let sent = 0
  const next: NextChunk = async () => {
    if (sent === bytes.length) return undefined
    if (sent > 0) await wait(1000, signal)
    sent += 1
    return bytes.subarray(sent - 1, sent)
  }
  return withBody(answer, bodyOf(next, signal))
}
