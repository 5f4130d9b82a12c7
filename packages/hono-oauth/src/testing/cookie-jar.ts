/** What a browser knows of the request that cookies are chosen for. */
export interface CookieRequest {
  readonly url: URL
  /** Whether the request comes from a page of the same site, or from the person. */
  readonly isSameSite: boolean
  /** Whether it opens a page, with a method that changes nothing. */
  readonly isSafeNavigation: boolean
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly host: string
  readonly isHostOnly: boolean
  readonly path: string
  readonly secure: boolean
  readonly sameSite: 'strict' | 'lax' | 'none'
  /** In milliseconds since the epoch. */
  readonly expiresAt: number
}

const MAX_LENGTH = 4096

/**
 * The cookies of one browser, kept and sent as RFC 6265bis says. Over http no Secure cookie is kept, not on localhost
 * either, as in Safari.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis | RFC 6265bis}
 */
export class CookieJar {
  #cookies: readonly Cookie[] = []
  readonly #now: () => number

  /** @param now - in milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * Takes a `Set-Cookie` header of an answer from this URL, or refuses it as browsers do.
   *
   * @param isThirdParty - whether a script of a page of another site gets the answer
   */
  set(line: string, url: URL, isThirdParty = false): void {
    const cookie = parseCookie(line, url, this.#now())
    if (!cookie || (isThirdParty && cookie.sameSite !== 'none')) return
    const isOther = ({ name, host, path }: Cookie) =>
      name !== cookie.name || host !== cookie.host || path !== cookie.path
    this.#cookies = [...this.#cookies.filter(isOther), cookie]
  }

  /** The cookies that a request carries. */
  for({ url, isSameSite, isSafeNavigation }: CookieRequest): { readonly name: string; readonly value: string }[] {
    return this.#live().filter(({ host, isHostOnly, path, secure, sameSite }) => {
      if (!(isHostOnly ? url.hostname === host : isWithin(url.hostname, host))) return false
      if (!isUnder(url.pathname, path) || (secure && url.protocol !== 'https:')) return false
      return isSameSite || sameSite === 'none' || (sameSite === 'lax' && isSafeNavigation)
    })
  }

  clear(): void {
    this.#cookies = []
  }

  #live(): readonly Cookie[] {
    return this.#cookies.filter(({ expiresAt }) => expiresAt > this.#now())
  }
}

function parseCookie(line: string, url: URL, now: number): Cookie | undefined {
  const [pair = '', ...rest] = line.split(';')
  const [, name = '', value = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(pair) ?? []
  const attributes = new Map(rest.map(parseAttribute))
  const secure = attributes.has('secure')
  const sameSite = sameSiteOf(attributes.get('samesite'))
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase()
  const path = attributes.get('path') ?? ''
  if (name === '' || name.length + value.length > MAX_LENGTH) return undefined
  if (domain && !isWithin(url.hostname, domain)) return undefined
  if (secure && url.protocol !== 'https:') return undefined
  if (sameSite === 'none' && !secure) return undefined
  if (/^__Secure-/i.test(name) && !secure) return undefined
  if (/^__Host-/i.test(name) && (!secure || attributes.has('domain') || path !== '/')) return undefined
  return {
    name,
    value,
    host: domain || url.hostname,
    isHostOnly: !domain,
    path: path.startsWith('/') ? path : url.pathname.replace(/\/[^/]*$/, '') || '/',
    secure,
    sameSite,
    expiresAt: expiryOf(attributes, now),
  }
}

function parseAttribute(text: string): [string, string] {
  const [name = '', value = ''] = text.split(/=(.*)/s)
  return [name.trim().toLowerCase(), value.trim()]
}

function sameSiteOf(value = ''): Cookie['sameSite'] {
  const text = value.toLowerCase()
  return text === 'strict' || text === 'none' ? text : 'lax'
}

function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number {
  const maxAge = attributes.get('max-age') ?? ''
  if (/^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1000
  const expires = Date.parse(attributes.get('expires') ?? '')
  return Number.isNaN(expires) ? Infinity : expires
}

const isWithin = (host: string, domain: string) => host === domain || host.endsWith(`.${domain}`)

const isUnder = (path: string, folder: string) =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
