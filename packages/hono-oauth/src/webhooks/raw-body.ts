import { OAuthError } from '../errors.ts'

// Of a webhook. A signature over 1 MiB cost 17 times a plain request.
const MAX_BYTES = 512 * 1024
// Each piece costs a turn of the event loop: 256 KiB in single bytes took 130 ms of CPU time.
const MAX_PIECES = 1024

/**
 * Reads the raw body of a request: exactly the bytes that a provider has signed.
 *
 * @throws OAuthError `webhook_too_large` for more than `maxBytes` (512 KiB), or for more than 1024 pieces; `webhook_unverified`
 *   for bytes that are not UTF-8: no provider signs such a body
 */
export async function readRawBody(request: Request, maxBytes: number = MAX_BYTES): Promise<string> {
  if (Number(request.headers.get('content-length')) > maxBytes) throw new OAuthError('webhook_too_large')
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const reader = request.body?.getReader()
  let text = ''
  let length = 0
  for (let pieces = 1; reader; pieces++) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.byteLength
    if (length > maxBytes || pieces > MAX_PIECES) {
      reader.cancel().catch(() => undefined)
      throw new OAuthError('webhook_too_large')
    }
    text += decode(() => decoder.decode(value, { stream: true }))
  }
  return text + decode(() => decoder.decode())
}

function decode(run: () => string): string {
  try {
    return run()
  } catch {
    throw new OAuthError('webhook_unverified')
  }
}
