import type { Context } from 'hono'
import { onEveryAnswer } from './adjust-answer.ts'

const PRIVATE = 'private, no-store'
const kept = /* @__PURE__ */ new WeakSet<Context>()

/**
 * Keeps the answer to this request out of shared caches, unless the app itself says who may keep it. The header is
 * there as soon as there is an answer: a cache inside the middleware of this package would store it before that ends.
 */
export function keepPrivate(c: Context): void {
  if (kept.has(c)) return
  kept.add(c)
  onEveryAnswer(c, ({ headers }) => {
    if (!headers.has('cache-control')) headers.set('cache-control', PRIVATE)
  })
}

/** The same in a handler, whose answer Hono may send without setting `c.res`. */
export function keepOwnPrivate(c: Context): void {
  if (!c.finalized) c.header('cache-control', PRIVATE)
  keepPrivate(c)
}
