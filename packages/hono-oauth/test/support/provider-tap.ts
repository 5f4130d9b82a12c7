import { createEmulator, type EmulatorOptions } from 'provider-emulator'

/** Sends a request to the emulator, and remembers every secret that it hands out. */
export type ProviderFetch = (request: Request) => Promise<Response>

const TOKEN_ENDPOINT = /\/oauth2?\/(access_token|access|token)\/?$/
const MAX_TAPPED = 64 * 1024

/** The emulator, with what went over the wire between it and the app. */
export function tapProvider(options: EmulatorOptions) {
  const emulator = createEmulator(options)
  const secrets = new Set<string>()
  const fetchProvider: ProviderFetch = async (request) => {
    const response = await emulator.fetch(request)
    const location = response.headers.get('location')
    const code = location && new URL(location, 'https://none.example').searchParams.get('code')
    if (code) secrets.add(code)
    const isToken = TOKEN_ENDPOINT.test(new URL(request.url).pathname)
    return isToken && response.body ? new Response(tap(response.body), response) : response
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
          for (const [, token] of text.matchAll(/"(?:access|refresh)_token":\s*"([^"]{8,})"/g)) {
            if (token) secrets.add(token)
          }
        },
      }),
    )
  }
  return { emulator, control: emulator.control, fetch: fetchProvider, secrets }
}
