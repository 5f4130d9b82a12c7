import { ORIGIN } from './constants.ts'
import { COOKIE, noteAnswer, noteSecret } from './notes.ts'

/** Sends a request to the app under test. */
export type Send = (url: string, init: RequestInit) => Promise<Response>

interface Cookie {
  readonly value: string
  readonly expiresAt: number
}

/** A browser tab's worth of HTTP: a cookie jar that enforces what `__Host-` promises. */
export class Browser {
  readonly jar: Map<string, Cookie>
  readonly #send: Send
  readonly #now: () => number

  constructor(send: Send, now: () => number, jar = new Map<string, Cookie>()) {
    this.jar = jar
    this.#send = send
    this.#now = now
  }

  /** Opens a page as a person does: a page of the app by its link, and a callback from the provider. */
  navigate(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.request(path, {
      headers: {
        accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        'sec-fetch-site': /\/callback\b/.test(path) ? 'cross-site' : 'same-origin',
        ...headers,
      },
    })
  }

  /** Submits a form of the app's own page. */
  submit(path: string, fields: Record<string, string> = {}): Promise<Response> {
    return this.request(path, {
      method: 'POST',
      headers: {
        accept: 'text/html',
        origin: ORIGIN,
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(fields).toString(),
    })
  }

  /** Any request, with the cookies of the jar. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    const cookie = this.cookieHeader()
    if (cookie && !headers.has('cookie')) headers.set('cookie', cookie)
    const response = await this.#send(new URL(path, ORIGIN).href, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    // Not waited for: a body may have no end.
    noteAnswer(response).catch(() => undefined)
    return response
  }

  cookieHeader(): string {
    return this.cookieNames()
      .map((name) => `${name}=${this.jar.get(name)?.value}`)
      .join('; ')
  }

  cookieNames(): string[] {
    return [...this.jar.keys()].filter((name) => (this.jar.get(name)?.expiresAt ?? 0) > this.#now())
  }

  /** The cookies of logins on their way. */
  transactions(): string[] {
    return this.cookieNames().filter((name) => name.startsWith('__Host-oauth-tx-'))
  }

  /** Whether it has a session, at whichever provider. */
  hasSession(): boolean {
    return this.cookieNames().some((name) => name.startsWith('__Host-oauth-session-'))
  }

  /** Another tab of this browser. */
  tab(): Browser {
    return new Browser(this.#send, this.#now, this.jar)
  }

  /** Another browser with the same cookies. */
  clone(): Browser {
    return new Browser(this.#send, this.#now, new Map(this.jar))
  }

  #keep(line: string): void {
    const [pair = ''] = line.split('; ')
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    const attributes = attributesOf(line)
    const isHost = 'secure' in attributes && attributes['path'] === '/'
    if (name.startsWith('__Host-') && (!isHost || 'domain' in attributes)) return
    if (/^(__Host-)?oauth-/.test(name)) noteSecret(COOKIE, value)
    const maxAge = Number(attributes['max-age'] ?? Number.NaN)
    this.jar.set(name, { value, expiresAt: this.#now() + maxAge * 1000 })
  }
}

/** The attributes of a line that sets a cookie, by their names in small letters. */
export function attributesOf(line = ''): Record<string, string> {
  const attributes = line.split('; ').slice(1)
  return Object.fromEntries(
    attributes.map((attribute) => {
      const [name = '', value = ''] = attribute.split('=')
      return [name.toLowerCase(), value]
    }),
  )
}
