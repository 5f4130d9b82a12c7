import type { Context } from 'hono'
import type { WaitUntil } from '../connections/connections.ts'

/** What lets work go on after the answer; `undefined` outside Workers, where nothing is cancelled. */
export function waitUntilOf(c: Context): WaitUntil | undefined {
  try {
    const { executionCtx } = c
    return (work) => executionCtx.waitUntil(work)
  } catch {
    return undefined
  }
}

/** Lets work go on to its end when the person closes the tab: what was begun must not be left half done. */
export function keepAlive<T>(c: Context, work: Promise<T>): Promise<T> {
  waitUntilOf(c)?.(work.catch(() => undefined))
  return work
}
