/** The cookies of one browser. All cookies of the app are host-only. */
export class CookieJar {
  readonly #cookies = new Map<string, string>()

  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  store(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
  }
}

/** A visitor's browser. `send` carries its requests. Default: the global fetch. */
export class Visitor {
  readonly cookies: CookieJar
  readonly #send: (url: string, init: RequestInit) => Promise<Response>
  readonly #origin: string

  constructor(
    origin: string,
    send: (url: string, init: RequestInit) => Promise<Response> = fetch,
    cookies: CookieJar = new CookieJar(),
  ) {
    this.cookies = cookies
    this.#origin = origin
    this.#send = send
  }

  get(path: string, accept = 'text/html'): Promise<Response> {
    return this.#request(path, { headers: { accept } })
  }

  post(path: string, fields: Record<string, string>, accept = 'text/html'): Promise<Response> {
    const body = new URLSearchParams(fields).toString()
    const headers = {
      accept,
      origin: this.#origin,
      'content-type': 'application/x-www-form-urlencoded',
    }
    return this.#request(path, { method: 'POST', headers, body })
  }

  /** Sends a request without the browser's cookies. */
  send(path: string, init: RequestInit): Promise<Response> {
    return this.#send(new URL(path, this.#origin).href, init)
  }

  async #request(path: string, init: RequestInit & { headers: Record<string, string> }) {
    const headers = { ...init.headers, cookie: this.cookies.header }
    const url = new URL(path, this.#origin).href
    const response = await this.#send(url, { ...init, headers, redirect: 'manual' })
    this.cookies.store(response)
    return response
  }
}

/**
 * Submits the emulator's consent page, as its first user and for all sites.
 *
 * @returns the URL that the answer redirects to
 */
export async function allow(
  location: string,
  send: (url: string, init: RequestInit) => Promise<Response> = fetch,
  decision = 'allow',
): Promise<string> {
  const page = await (await send(location, {})).text()
  const [, request = ''] = /name="request" value="([^"]+)"/.exec(page) ?? []
  const fields = [...page.matchAll(/type="(\w+)" name="site" value="([^"]+)"/g)]
  const isSingleChoice = fields[0]?.[1] === 'radio'
  const sites = fields.slice(0, isSingleChoice ? 1 : undefined).map(([, , id = '']) => id)
  const [, user = ''] = /name="user" value="([^"]+)"/.exec(page) ?? []
  const body = new URLSearchParams([
    ['request', request],
    ['user', user],
    ['decision', decision],
    ['workspace', ''],
    ...sites.map((id): [string, string] => ['site', id]),
  ]).toString()
  const answer = await send(location.split('?')[0] ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    redirect: 'manual',
  })
  return answer.headers.get('location') ?? ''
}
