import type { Context } from 'hono'
import type { WaitUntil } from '../vault/address.ts'

/** The `waitUntil` of a request; `undefined` outside Workers, where work goes on after the answer anyway. */
export function waitUntilOf(c: Context): WaitUntil | undefined {
  try {
    const { executionCtx } = c
    return (work) => executionCtx.waitUntil(work)
  } catch {
    return undefined
  }
}

/** Lets work go on to its end after the person closes the tab. */
export function keepAlive<T>(c: Context, work: Promise<T>): Promise<T> {
  waitUntilOf(c)?.(work.catch(() => undefined))
  return work
}
