const MAX_LENGTH = 1024
// Browsers drop tabs and line ends inside a URL and read a backslash as a slash, so such a path could become an
// authority in the browser. An ordinary path holds these characters only escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression finds control characters
const AMBIGUOUS = /[\u0000-\u0020\u007f\\]/

/** Where a login may end. */
export interface ReturnToGuard {
  /** The origin of the app. */
  readonly origin: string
  /** The path of the auth routes, which are refused. */
  readonly authPath: string
  /** The address for every refused one. */
  readonly fallback: string
  /** Other origins with pages of the app; none by default. */
  readonly allowedOrigins?: readonly string[]
}

/**
 * Turns a requested return address into a page of this app.
 *
 * @param value - the address that the request asked for, if any
 * @returns a path of the app with query and fragment, or a URL of an allowed origin; safe as a `Location`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.11 | RFC 9700 - section 4.11}
 */
export function guardReturnTo(value: string | null | undefined, guard: ReturnToGuard): string {
  if (!value || value.length > MAX_LENGTH || AMBIGUOUS.test(value)) return guard.fallback
  const page = value.startsWith('/') ? ownPath(value, guard) : pageAt(guard.allowedOrigins ?? [], value)
  return page === undefined || page.length > MAX_LENGTH ? guard.fallback : page
}

/** A URL of one of these origins, as the URL parser writes it; `undefined` for any other text. */
export function pageAt(origins: readonly string[], value: string): string | undefined {
  if (!URL.canParse(value)) return undefined
  const { href } = new URL(value)
  // Not `url.origin`, which a `blob:` URL and one with a user name share.
  return origins.some((each) => href.startsWith(`${each}/`)) ? href : undefined
}

function ownPath(value: string, { origin, authPath }: ReturnToGuard): string | undefined {
  if (!URL.canParse(value, origin)) return undefined
  const url = new URL(value, origin)
  const path = `${url.pathname}${url.search}${url.hash}`
  // `/.//evil.example` keeps the origin while it is parsed, but is `//evil.example` when emitted.
  if (url.origin !== origin || path.startsWith('//')) return undefined
  return isUnder(url.pathname, authPath) ? undefined : path
}

function isUnder(path: string, parent: string): boolean {
  // A router may decode the path and ignore case, so this comparison does both.
  const plain = decode(path).toLowerCase()
  const base = parent.toLowerCase()
  return plain === base || plain.startsWith(`${base}/`)
}

/** Decodes as routers do: each run of escapes by itself; a run that is not UTF-8 stays as it is. */
function decode(path: string): string {
  return path.replaceAll(/(?:%[\da-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run
    }
  })
}
