import { vi } from 'vitest'
import type { Wire } from '../rig/wire.ts'

/** Changes the metadata that the server sends. */
export function editMetadata(wire: Wire, edit: Record<string, unknown>): void {
  wire.intercept(({ url }, forward) =>
    url.pathname === '/.well-known/openid-configuration'
      ? forward().then(async (answer) => Response.json({ ...((await answer.json()) as object), ...edit }))
      : undefined,
  )
}

/** Lets the clock of the server differ from ours, in seconds; the clock has to be a fake one. */
export function skew(wire: Wire, seconds: number): void {
  const advance = (by: number) => vi.setSystemTime(Date.now() + by * 1000)
  wire.intercept(async (_sent, forward) => {
    advance(seconds)
    return forward().finally(() => advance(-seconds))
  })
}
