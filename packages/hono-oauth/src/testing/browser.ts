import { CookieJar, type CookieRequest } from './cookie-jar.ts'

/** Answers requests: `app.fetch`, or the `fetch` of a provider emulator. */
export type Answer = (request: Request) => Response | Promise<Response>

/** The settings of {@link createBrowser}. */
export interface BrowserOptions {
  /** The public origin of the app, as in its configuration. */
  readonly origin: string
  /** The app: answers requests to its origin. */
  readonly fetch: Answer
  /** Answers requests to every other origin; without it, a redirect to a provider is where a page ends. */
  readonly providers?: Answer
  /** The clock, in milliseconds since the epoch; `Date.now` by default. */
  readonly now?: () => number
}

const MAX_REDIRECTS = 20
const PAGE = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const FORM = 'application/x-www-form-urlencoded'

interface Navigation {
  readonly method: string
  readonly body?: string | undefined
  /** The page that the person was on; absent for the address bar. */
  readonly from?: URL | undefined
}

/** The options of a `fetch` in a page: Workers have no `credentials`. */
export type PageRequestInit = Omit<RequestInit, 'credentials'> & {
  readonly credentials?: 'include' | 'omit' | 'same-origin'
}

/**
 * A browser for tests, with one page open: {@link createBrowser} makes it.
 *
 * @example
 * ```ts
 * const browser = createBrowser({ origin: env.PUBLIC_ORIGIN, fetch: (request) => app.fetch(request, env) })
 * await browser.open('/')
 * browser.cookies()
 * ```
 */
export class TestBrowser {
  readonly #options: BrowserOptions
  readonly #jar: CookieJar
  #url: URL | undefined

  constructor(options: BrowserOptions) {
    this.#options = options
    this.#jar = new CookieJar(options.now ?? Date.now)
  }

  /** The address of the page, after all redirects. */
  get url(): string {
    return this.#url?.href ?? 'about:blank'
  }

  /**
   * Opens an address, as a person does in the address bar, and follows redirects to their end.
   *
   * @param url - a path of the app, or a whole URL
   */
  open(url: string): Promise<Response> {
    return this.#navigate(new URL(url, this.#options.origin), { method: 'GET' })
  }

  /**
   * Follows a link of the page, and redirects to their end.
   *
   * @param url - absolute, or relative to the page
   */
  click(url: string): Promise<Response> {
    const from = this.#page()
    return this.#navigate(new URL(url, from), { method: 'GET', from })
  }

  /**
   * Submits a form of the page, and follows redirects to their end.
   *
   * @param action - absolute, or relative to the page
   */
  submit(action: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
    const from = this.#page()
    const body = new URLSearchParams(fields).toString()
    return this.#navigate(new URL(action, from), { method: 'POST', body, from })
  }

  /**
   * Sends a request of a script of the page; the answer may be a redirect. Nothing of CORS is enforced.
   *
   * @param url - absolute, or relative to the page
   * @param init - with `credentials: 'include'` cookies travel to other origins too, as far as `SameSite` lets them
   */
  fetch(url: string, { credentials = 'same-origin', ...init }: PageRequestInit = {}): Promise<Response> {
    const from = this.#page()
    const target = new URL(url, from)
    const headers = new Headers(init.headers)
    headers.set('sec-fetch-dest', 'empty')
    headers.set('sec-fetch-mode', 'cors')
    headers.set('sec-fetch-site', relation(from, target))
    const method = init.method?.toUpperCase() ?? 'GET'
    if (target.origin !== from.origin || !isSafe(method)) headers.set('origin', from.origin)
    const withCookies = credentials === 'include' || (credentials !== 'omit' && target.origin === from.origin)
    const isThirdParty = relation(from, target) === 'cross-site'
    const cookies = { isSameSite: !isThirdParty, isSafeNavigation: false, isThirdParty }
    return this.#send(target, { ...init, headers }, withCookies && cookies)
  }

  /** The cookies that the app would get from this browser at a path, by name. */
  cookies(path = '/'): Readonly<Record<string, string>> {
    const found = this.#jar.for({
      url: new URL(path, this.#options.origin),
      isSameSite: true,
      isSafeNavigation: true,
    })
    return Object.fromEntries(found.map(({ name, value }) => [name, value]))
  }

  /** Takes a `Set-Cookie` header of the app, such as that of a seeded connection. */
  setCookie(line: string): void {
    this.#jar.set(line, new URL(this.#options.origin))
  }

  clearCookies(): void {
    this.#jar.clear()
  }

  #page(): URL {
    return this.#url ?? new URL(this.#options.origin)
  }

  async #navigate(start: URL, { method: first, body: text, from }: Navigation): Promise<Response> {
    let [url, method, body] = [start, first, text]
    // A redirect through another site is no request of the same site any more.
    let site = from ? relation(from, url) : 'none'
    for (let redirects = 0; ; redirects++) {
      const headers = new Headers({
        accept: PAGE,
        'sec-fetch-dest': 'document',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-site': site,
        ...(body !== undefined && { 'content-type': FORM }),
        ...(from && !isSafe(method) && { origin: from.origin }),
      })
      // Only the page where it began counts, as in browsers (RFC 6265bis, section 8.8.6).
      const isSameSite = !from || relation(from, url) !== 'cross-site'
      const init = { method, headers, ...(body !== undefined && { body }) }
      const response = await this.#send(url, init, { isSameSite, isSafeNavigation: isSafe(method) })
      this.#url = url
      const location = response.headers.get('location')
      if (response.status < 301 || response.status > 308 || location === null) return response
      const next = new URL(location, url)
      if (!this.#options.providers && next.origin !== this.#options.origin) return response
      if (redirects === MAX_REDIRECTS) throw new Error(`more than ${MAX_REDIRECTS} redirects, the last to ${next}`)
      await response.body?.cancel()
      if (response.status === 303 || (response.status < 303 && method === 'POST')) [method, body] = ['GET', undefined]
      if (from) site = farther(site, relation(url, next), relation(from, next))
      url = next
    }
  }

  async #send(
    url: URL,
    init: RequestInit,
    cookies: (Omit<CookieRequest, 'url'> & { readonly isThirdParty?: boolean }) | false,
  ): Promise<Response> {
    const { origin, fetch: app, providers } = this.#options
    const answer = url.origin === origin ? app : providers
    if (!answer) throw new Error(`${url.origin} is not the app, and the browser has no \`providers\``)
    const headers = new Headers(init.headers)
    const sent = cookies ? this.#jar.for({ url, ...cookies }) : []
    if (sent.length > 0) headers.set('cookie', sent.map(({ name, value }) => `${name}=${value}`).join('; '))
    const response = await answer(new Request(url, { ...init, headers, redirect: 'manual' }))
    if (cookies) for (const line of response.headers.getSetCookie()) this.#jar.set(line, url, cookies.isThirdParty)
    return response
  }
}

/**
 * Makes a browser for tests. It keeps cookies as browsers do, sends their headers, and follows redirects between the
 * app and the providers, so that one call goes through a whole login.
 *
 * Two hosts whose last two labels are the same count as one site, also below a public suffix such as `workers.dev`.
 *
 * @param options - the app, its origin, and what stands in for the providers
 * @example
 * ```ts
 * const emulator = startEmulator()
 *
 * it('shows the sites after a login', async () => {
 *   const browser = createBrowser({
 *     origin: env.PUBLIC_ORIGIN,
 *     fetch: (request) => app.fetch(request, env),
 *     providers: (request) => emulator.fetch(request),
 *   })
 *   const page = await browser.open('/auth/webflow/login?return_to=/sites')
 *   expect(page.status).toBe(200)
 * })
 * ```
 */
export function createBrowser(options: BrowserOptions): TestBrowser {
  return new TestBrowser(options)
}

const RELATIONS = ['same-origin', 'same-site', 'cross-site'] as const

function relation(from: URL, to: URL): (typeof RELATIONS)[number] {
  if (from.origin === to.origin) return 'same-origin'
  return from.protocol === to.protocol && siteOf(from) === siteOf(to) ? 'same-site' : 'cross-site'
}

function farther(...relations: readonly string[]): string {
  return RELATIONS.findLast((each) => relations.includes(each)) ?? 'none'
}

const siteOf = ({ hostname }: URL) => (/^[\d.]+$/.test(hostname) ? hostname : hostname.split('.').slice(-2).join('.'))

const isSafe = (method: string) => method === 'GET' || method === 'HEAD'
