import { OAuthError } from '../errors.ts'

const MAX_BYTES = 1024 * 1024

/**
 * Reads the raw body of a webhook: exactly the bytes that the provider has signed.
 *
 * @throws OAuthError `webhook_too_large` for more than 1 MiB, `webhook_unverified` for bytes that are not UTF-8: no
 *   provider signs such a body
 */
export async function readRawBody(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length')) > MAX_BYTES) throw new OAuthError('webhook_too_large')
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const reader = request.body?.getReader()
  let text = ''
  let length = 0
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.byteLength
    if (length > MAX_BYTES) {
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
