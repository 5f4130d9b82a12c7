import type { EmulatorServices } from './provider.ts'

const HUGE_BYTES = 50 * 1024 * 1024
const CHUNK_BYTES = 64 * 1024

export const JSON_TYPE = { 'Content-Type': 'application/json' }

/** Streams 50 MB of an unterminated JSON string. Each chunk is created when the client reads it. */
export function hugeResponse(start: string): Response {
  const beginning = new TextEncoder().encode(start)
  const chunk = new Uint8Array(CHUNK_BYTES).fill('a'.charCodeAt(0))
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = sent === 0 ? beginning : chunk
      sent += next.byteLength
      controller.enqueue(next)
      if (sent >= HUGE_BYTES) controller.close()
    },
  })
  return new Response(body, { headers: JSON_TYPE })
}

export const htmlResponse = (): Response =>
  new Response('<!doctype html><title>Maintenance</title><h1>We will be right back</h1>', {
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
  })

export const redirectResponse = (location: string): Response =>
  new Response('', { status: 307, headers: { Location: location, ...JSON_TYPE } })

/** Delivers a response in a faulty way. */
export type Deliver = (response: Response, services: EmulatorServices, signal: AbortSignal) => Promise<Response>

type NextChunk = () => Promise<Uint8Array | undefined>

/** A body that fails when the client disconnects, like a body from the network. */
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

const withBody = ({ status, headers }: Response, body: string | ReadableStream<Uint8Array>): Response =>
  new Response(body, { status, headers })

/** Cuts the body in the middle. */
export const deliverTruncated: Deliver = async (response) => {
  const text = await response.text()
  return withBody(response, text.slice(0, Math.ceil(text.length / 2)))
}

/** Delays the whole response. */
export const deliverSlowly: Deliver = async (response, { wait, slowSeconds }, signal) => {
  await wait(slowSeconds * 1000, signal)
  return response
}

/** Sends the headers at once, and delays the body. */
export const deliverStalling: Deliver = async (response, { wait, slowSeconds }, signal) => {
  const chunks = [new Uint8Array(await response.arrayBuffer())]
  let waited = false
  const next: NextChunk = async () => {
    if (!waited) await wait(slowSeconds * 1000, signal)
    waited = true
    return chunks.shift()
  }
  return withBody(response, bodyOf(next, signal))
}

/** Sends one byte per second. */
export const deliverDripping: Deliver = async (response, { wait }, signal) => {
  const bytes = new Uint8Array(await response.arrayBuffer())
  let sent = 0
  const next: NextChunk = async () => {
    if (sent === bytes.length) return undefined
    if (sent > 0) await wait(1000, signal)
    sent += 1
    return bytes.subarray(sent - 1, sent)
  }
  return withBody(response, bodyOf(next, signal))
}

/** Loses the response: nothing arrives for a while, then a gateway's 504. */
export const deliverNothing: Deliver = async (response, { wait, slowSeconds }, signal) => {
  await response.body?.cancel()
  await wait(slowSeconds * 1000, signal)
  return new Response('Gateway Timeout', { status: 504, headers: { 'Content-Type': 'text/plain' } })
}

/** The server cannot answer at the moment. */
export const unavailableResponse = (): Response =>
  new Response('Service Unavailable', { status: 503, headers: { 'Content-Type': 'text/plain', 'Retry-After': '1' } })
