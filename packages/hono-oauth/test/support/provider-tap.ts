import { createEmulator, type EmulatorOptions } from 'provider-emulator'
import { noteSecret, noteText } from './notes.ts'
import { addressSeen } from './seen.ts'

/** Sends a request to the emulator, and remembers every secret that it hands out. */
export type ProviderFetch = (request: Request) => Promise<Response>

const TOKEN_ENDPOINT = /\/(access_token|access|token)\/?$/
const MAX_TAPPED = 64 * 1024

/**
 * The same way to the emulator, watched: what goes over it is noted as secret.
 *
 * @param secrets - also gets all that the emulator hands out
 */
export function tapFetch(fetch: ProviderFetch, secrets = new Set<string>()): ProviderFetch {
  function note(kind: string, secret: string | null | undefined): void {
    if (!secret) return
    secrets.add(secret)
    noteSecret(kind, secret)
  }

  /** Passes a body on as it comes, whatever its length, and notes the tokens at its beginning. */
  function tap(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const decoder = new TextDecoder()
    let text = ''
    return body.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          if (text.length < MAX_TAPPED) text += decoder.decode(chunk, { stream: true })
          controller.enqueue(chunk)
        },
        flush() {
          for (const [, kind = '', token] of text.matchAll(TOKEN)) note(kind, token)
        },
      }),
    )
  }

  return async (request) => {
    noteText(...addressSeen('an address of a provider', request.url))
    const isToken = TOKEN_ENDPOINT.test(new URL(request.url).pathname)
    if (isToken) {
      const [, verifier] = /\bcode_verifier=([\w.~-]+)/.exec(await request.clone().text()) ?? []
      if (verifier) noteSecret('a code verifier', verifier)
    }
    const response = await fetch(request)
    const location = response.headers.get('location')
    const query = location ? new URL(location, 'https://none.example').searchParams : undefined
    note('a code', query?.get('code'))
    return isToken && response.body ? new Response(tap(response.body), response) : response
  }
}

const TOKEN = /"((?:access|refresh|id)_token)":\s*"([^"]{8,})"/g

/** The emulator, with what went over the wire between it and the app. */
export function tapProvider(options: EmulatorOptions) {
  const emulator = createEmulator(options)
  const secrets = new Set<string>()
  const { control } = emulator
  return { emulator, control, fetch: tapFetch(emulator.fetch, secrets), secrets }
}
