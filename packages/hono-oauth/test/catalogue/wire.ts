import type { tapProvider } from '../support/provider-tap.ts'

/** One request of the app to a provider, as it went over the wire. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: string
}

/** Answers in the provider's place, or passes the request on, with another body if need be. */
export type Interceptor = (
  sent: Sent,
  forward: (body?: string) => Promise<Response>,
) => Response | Promise<Response> | undefined

const TOKEN_PATHS = /^\/(token|oauth\/access_token|oauth2\/token|oauth\/access)\/?$/
const MAX_TAPPED = 64 * 1024

/** The wire between the app and its providers: everything on it is seen, and can be changed. */
export function createWire(provider: ReturnType<typeof tapProvider>) {
  const sent: Sent[] = []
  const interceptors: Interceptor[] = []

  async function fetchProvider(request: Request): Promise<Response> {
    const body = ['GET', 'HEAD'].includes(request.method) ? '' : await request.text()
    const { method, headers } = request
    const entry = { method, url: new URL(request.url), headers: new Headers([...headers]), body }
    sent.push(entry)
    const verifier = new URLSearchParams(body).get('code_verifier')
    if (verifier) provider.secrets.add(verifier)
    const forward = async (text = body) => {
      const init = {
        method,
        headers: entry.headers,
        signal: request.signal,
        ...(text && { body: text }),
      }
      const answer = await provider.fetch(new Request(request.url, init))
      return isToken(entry) ? withSecretsNoted(answer) : answer
    }
    for (const intercept of interceptors) {
      const answer = intercept(entry, forward)
      if (answer) return answer
    }
    return forward()
  }

  /** What the emulator's tap does not know the path of. */
  function withSecretsNoted(answer: Response): Response {
    if (!answer.body) return answer
    const decoder = new TextDecoder()
    let text = ''
    const noted = answer.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          if (text.length < MAX_TAPPED) text += decoder.decode(chunk, { stream: true })
          controller.enqueue(chunk)
        },
        flush() {
          for (const [, token] of text.matchAll(/"(?:access|refresh)_token":\s*"([^"]{8,})"/g)) {
            if (token) provider.secrets.add(token)
          }
        },
      }),
    )
    return new Response(noted, answer)
  }

  return {
    sent,
    fetch: fetchProvider,
    isToken,
    /** Puts somebody between the app and the provider, until the row is over. */
    intercept(interceptor: Interceptor): void {
      interceptors.push(interceptor)
    },
    /** Answers token requests in the provider's place. */
    answerToken(answer: (forward: () => Promise<Response>) => Response | Promise<Response>): void {
      interceptors.push((entry, forward) => (isToken(entry) ? answer(forward) : undefined))
    },
    /** The ordinary answer to token requests, edited. */
    editToken(edit: (json: Record<string, unknown>) => unknown, type = 'application/json'): void {
      interceptors.push(async (entry, forward) => {
        const answer = await forward()
        if (!isToken(entry) || !answer.ok) return answer
        const edited = edit((await answer.json()) as Record<string, unknown>)
        const text = typeof edited === 'string' ? edited : JSON.stringify(edited)
        return new Response(text, { headers: { 'content-type': type } })
      })
    },
    release: () => void interceptors.splice(0),
    clear() {
      sent.splice(0)
      interceptors.splice(0)
    },
  }
}

export type Wire = ReturnType<typeof createWire>

function isToken({ url, method }: Sent): boolean {
  return method === 'POST' && TOKEN_PATHS.test(url.pathname)
}
