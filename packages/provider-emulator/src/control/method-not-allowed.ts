import type { Handler } from 'hono'

/** The last route of a path: whatever method came here is not one of those before it. */
export const methodNotAllowed =
  (...allowed: readonly string[]): Handler =>
  (c) =>
    c.json({ error: `Use ${allowed.join(' or ')} here, not ${c.req.method}.` }, 405, {
      Allow: allowed.join(', '),
    })
