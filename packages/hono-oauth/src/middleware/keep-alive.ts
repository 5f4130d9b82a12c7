import type { Context } from 'hono'

/** Lets work go on to its end when the person closes the tab: what was begun must not be left half done. */
export function keepAlive<T>(c: Context, work: Promise<T>): Promise<T> {
  try {
    c.executionCtx.waitUntil(work.catch(() => undefined))
  } catch {
    // Outside Workers there is no execution context, and nothing is cancelled either.
  }
  return work
}
