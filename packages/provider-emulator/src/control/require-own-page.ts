import type { MiddlewareHandler } from 'hono'

/** The bindings of the control routes. */
export interface ControlBindings {
  /** The origin that the request was sent to. */
  readonly origin: string
}

const READING_METHODS = ['GET', 'HEAD']
const METHODS_WITH_BODY = ['POST', 'PUT']

/**
 * Refuses a change that a page of another site asks for. A browser sends `Origin` with each change and, in current
 * versions, `Sec-Fetch-Site`; programs send neither. A page cannot send JSON to another origin without a preflight,
 * which the emulator does not answer.
 */
export const requireOwnPage: MiddlewareHandler<{ Bindings: ControlBindings }> = async (c, next) => {
  if (READING_METHODS.includes(c.req.method)) return next()
  const origin = c.req.header('Origin') ?? c.env.origin
  const site = c.req.header('Sec-Fetch-Site') ?? 'same-origin'
  if (origin !== c.env.origin || !['same-origin', 'none'].includes(site)) {
    return c.json({ error: 'A page of another origin may not control the emulator.' }, 403)
  }
  const mediaType = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (METHODS_WITH_BODY.includes(c.req.method) && mediaType !== 'application/json') {
    return c.json({ error: 'Send the header Content-Type: application/json, as curl --json does.' }, 415)
  }
  return next()
}
