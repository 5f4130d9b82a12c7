import type { Context } from 'hono'
import type { Connection } from '../connections/connection.ts'
import type { Account } from '../providers/contract.ts'

/** Lets work go on to its end when the person closes the tab: what was begun must not be left half done. */
export function keepAlive<T>(c: Context, work: Promise<T>): Promise<T> {
  try {
    c.executionCtx.waitUntil(work.catch(() => undefined))
  } catch {
    // Outside Workers there is no execution context, and nothing is cancelled either.
  }
  return work
}

/** A connection whose work goes on to its end: others may be waiting for the renewal it began. */
export function keptAlive<A extends Account>(c: Context, connection: Connection<A>): Connection<A> {
  return {
    ...connection,
    accessToken: () => keepAlive(c, connection.accessToken()),
    fetch: (input, init) => keepAlive(c, connection.fetch(input, init)),
    revoke: () => keepAlive(c, connection.revoke()),
  }
}
