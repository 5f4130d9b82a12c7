import type { Provider } from './provider.ts'

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

/** The wire between the app and its providers: every request on it is seen, and can be changed. */
export function createWire(provider: Pick<Provider, 'fetch'>) {
  const sent: Sent[] = []
  const interceptors: Interceptor[] = []

  async function fetchProvider(request: Request): Promise<Response> {
    const body = ['GET', 'HEAD'].includes(request.method) ? '' : await request.text()
    const { method, headers, signal } = request
    const entry = { method, url: new URL(request.url), headers: new Headers([...headers]), body }
    sent.push(entry)
    const forward = (text = body) => {
      const init = { method, headers: entry.headers, signal, ...(text && { body: text }) }
      return provider.fetch(new Request(request.url, init))
    }
    for (const intercept of interceptors) {
      const answer = intercept(entry, forward)
      if (answer) return answer
    }
    return forward()
  }

  return {
    sent,
    fetch: fetchProvider,
    isToken,
    /** As a runtime fetches: it follows redirects unless it is told not to. */
    async follow(url: string, init: RequestInit): Promise<Response> {
      const request = new Request(url, init)
      const { redirect } = request
      const answer = await fetchProvider(request)
      const target = answer.headers.get('location')
      const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && target !== null
      if (!isRedirect || redirect === 'manual') return answer
      return this.follow(new URL(target, url).href, init)
    },
    /** Requests to an endpoint since they were last forgotten. */
    requests: (path: string) => sent.filter(({ url }) => url.pathname === path),
    tokenRequests: () => sent.filter(isToken).length,
    /** Stands between the app and the provider until it is released. */
    intercept(interceptor: Interceptor): void {
      interceptors.push(interceptor)
    },
    /** Answers token requests in the provider's place. */
    answerToken(answer: (forward: () => Promise<Response>) => Response | Promise<Response>): void {
      interceptors.push((entry, forward) => (isToken(entry) ? answer(forward) : undefined))
    },
    /** The ordinary answer to token requests, edited. */
    editToken(edit: (json: Record<string, unknown>) => unknown, type = 'application/json'): void {
      this.answerToken(async (forward) => {
        const answer = await forward()
        if (!answer.ok) return answer
        const json = edit((await answer.json()) as Record<string, unknown>)
        const text = typeof json === 'string' ? json : JSON.stringify(json)
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
