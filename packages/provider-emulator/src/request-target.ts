/** The part of the emulator that a request is for. */
export type RequestTarget =
  | {
      readonly kind: 'emulated'
      readonly host: string
      readonly path: string
      readonly urlOf: (host: string, path: string) => string
      /** The URL of the control page. Undefined for a real host name. */
      readonly controlPage: string | undefined
    }
  | { readonly kind: 'control' }
  | { readonly kind: 'control-page' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown-host'; readonly host: string }

/** The emulator's own name in requests that come without a server. */
export const IN_PROCESS_HOST = 'emulator.test'

const SERVER_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]', IN_PROCESS_HOST])

/** Whether a host is that of a server on this machine. */
export const isServerHost = (host: string): boolean => host !== IN_PROCESS_HOST && SERVER_HOSTS.has(host)

/**
 * Resolves a URL with a provider's real host name, or one of the emulator's own server, where the
 * provider's host is the first path segment.
 */
export function resolveRequestTarget(url: URL, isEmulated: (host: string) => boolean): RequestTarget {
  const { hostname, pathname } = url
  if (isEmulated(hostname)) {
    const urlOf = (host: string, path: string) => `${url.protocol}//${host}${path}`
    return { kind: 'emulated', host: hostname, path: pathname, urlOf, controlPage: undefined }
  }
  if (!SERVER_HOSTS.has(hostname)) return { kind: 'unknown-host', host: hostname }
  if (pathname === '/') return { kind: 'control-page' }

  const [, first = '', ...rest] = pathname.split('/')
  if (first === '_emulator') return { kind: 'control' }
  if (!isEmulated(first)) return { kind: 'missing' }
  const urlOf = (host: string, path: string) => `${url.origin}/${host}${path}`
  return { kind: 'emulated', host: first, path: `/${rest.join('/')}`, urlOf, controlPage: `${url.origin}/` }
}
