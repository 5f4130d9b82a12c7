const MAX_LENGTH = 1024
// Browsers drop tabs and line ends inside a URL and read a backslash as a slash, so such a path could become an
// authority in the browser. An ordinary path holds these characters only escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression finds control characters
const AMBIGUOUS = /[\u0000-\u0020\u007f\\]/

/**
 * Turns a requested return address into a path of this app.
 *
 * @param value - the address that the request asked for, if any
 * @param guard - the `origin` of the app; the `authPath` of its auth routes, which are refused; the `fallback` path
 *   for every refused address
 * @returns a path with query and fragment, safe as a `Location`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.11 | RFC 9700 - section 4.11}
 */
export function guardReturnTo(
  value: string | null | undefined,
  guard: { readonly origin: string; readonly authPath: string; readonly fallback: string },
): string {
  if (!value?.startsWith('/') || value.length > MAX_LENGTH || AMBIGUOUS.test(value)) {
    return guard.fallback
  }
  if (!URL.canParse(value, guard.origin)) return guard.fallback
  const url = new URL(value, guard.origin)
  const path = `${url.pathname}${url.search}${url.hash}`
  // `/.//evil.example` keeps the origin while it is parsed, but is `//evil.example` when emitted.
  if (url.origin !== guard.origin || path.startsWith('//') || path.length > MAX_LENGTH) {
    return guard.fallback
  }
  return isUnder(url.pathname, guard.authPath) ? guard.fallback : path
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
