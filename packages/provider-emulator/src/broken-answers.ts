const HUGE_BYTES = 50 * 1024 * 1024
const CHUNK_BYTES = 64 * 1024

export const JSON_TYPE = { 'Content-Type': 'application/json' }

/** 50 MB of a JSON string that never ends, made chunk by chunk as the client reads. */
export function hugeAnswer(start: string): Response {
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

export const htmlAnswer = (name: string): Response =>
  new Response(`<!doctype html><title>${name}</title><h1>We will be right back</h1>`, {
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
  })

export const redirectingAnswer = (location: string): Response =>
  new Response('', { status: 307, headers: { Location: location, ...JSON_TYPE } })
