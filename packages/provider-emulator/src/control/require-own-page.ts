import type { MiddlewareHandler } from 'hono'

/** The bindings of the control routes. */
export interface ControlBindings {
  /** The origin that the request was sent to. */
  readonly origin: string
}

const READING_METHODS = ['GET', 'HEAD']
const METHODS_WITH_BODY = ['POST', 'PUT']

/** Whether the headers of a request name no page, or one of this origin. */
function isOwn(headers: Headers, origin: string, sites: readonly string[]): boolean {
  return (headers.get('Origin') ?? origin) === origin && sites.includes(headers.get('Sec-Fetch-Site') ?? 'same-origin')
}

/**
 * Refuses a change that a page of another site asks for. A browser sends `Origin` with each change and, in current
 * versions, `Sec-Fetch-Site`; programs send neither. A page cannot send JSON to another origin without a preflight,
 * which the emulator does not answer.
 */
export const requireOwnPage: MiddlewareHandler<{ Bindings: ControlBindings }> = async (c, next) => {
  if (READING_METHODS.includes(c.req.method)) return next()
  if (!isOwn(c.req.raw.headers, c.env.origin, ['same-origin', 'none'])) {
    return c.json({ error: 'A page of another origin may not control the emulator.' }, 403)
  }
  const mediaType = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (METHODS_WITH_BODY.includes(c.req.method) && mediaType !== 'application/json') {
    return c.json({ error: 'Send the header Content-Type: application/json, as curl --json does.' }, 415)
  }
  return next()
}

/**
 * Whether a form was sent by the control page itself. Any page can send a form to any origin without a preflight, so
 * the browser must say that the page is of this origin.
 */
export const isOwnForm = (headers: Headers, origin: string): boolean =>
  headers.has('Origin') && isOwn(headers, origin, ['same-origin'])
