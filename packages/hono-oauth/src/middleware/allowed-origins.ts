import type { Context, MiddlewareHandler } from 'hono'
import { configurationError } from '../errors.ts'
import { isLoopback } from '../protocol/back-channel.ts'

/** The origins whose pages may use the JSON routes. */
export interface KnownOrigins {
  /** The origin of the app itself. */
  readonly origin: string
  /** Other origins with pages of the app. */
  readonly allowedOrigins: readonly string[]
}

/**
 * Checks an origin of the configuration.
 *
 * @param setting - the name of the setting
 * @throws OAuthError `configuration_invalid`
 */
export function checkOrigin(setting: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || url.origin !== value || value.includes('*')) {
    const fix = url && `${url.origin}/` === value ? 'remove the slash at the end' : 'write scheme, host and port alone'
    throw configurationError(setting, `is not an origin such as https://app.example: ${fix}`)
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw configurationError(setting, 'must be https, or http on localhost: replace http:// by https://')
  }
  return url
}

/**
 * Checks the setting `allowedOrigins`: whole origins, without wildcards.
 *
 * @returns the origins but that of the app, whose pages need no leave
 * @throws OAuthError `configuration_invalid`
 */
export function checkAllowedOrigins(origins: readonly string[], own: string): readonly string[] {
  return [...origins].filter((value, index) => checkOrigin(`allowedOrigins[${index}]`, value).origin !== own)
}

/** Whether a page of an allowed origin has sent a request. Browsers do not let a page choose its `Origin`. */
export function isFromAllowed(c: Context, { allowedOrigins }: KnownOrigins): boolean {
  const origin = c.req.header('origin')
  return origin !== undefined && allowedOrigins.includes(origin)
}

/**
 * Lets pages of the allowed origins read the answers of the JSON routes, refusals too, and answers their preflights.
 * Pages of any other origin get no header of CORS.
 *
 * @param configOf - gets the configuration; without a valid one the route itself answers with the error
 * @see {@link https://fetch.spec.whatwg.org/#http-cors-protocol | Fetch - CORS protocol}
 */
export function shareWithAllowed(configOf: (c: Context) => KnownOrigins | undefined): MiddlewareHandler {
  return async function shareWithAllowed(c, next) {
    const config = configOf(c)
    if (!config?.allowedOrigins.length) return next()
    c.header('vary', 'Origin', { append: true })
    if (!isFromAllowed(c, config)) return next()
    c.header('access-control-allow-origin', c.req.header('origin'))
    c.header('access-control-allow-credentials', 'true')
    if (c.req.method !== 'OPTIONS') return next()
    c.header('access-control-allow-methods', 'GET, POST')
    // `accept` chooses the JSON of a disconnect.
    c.header('access-control-allow-headers', 'accept, authorization, content-type')
    return c.body(null, 204)
  }
}
