import type { OidcOptions } from 'hono-oauth/providers/oidc'
import { afterEach, beforeEach, vi } from 'vitest'
import { openApp, type TestApp } from './app.ts'
import type { ServerOptions } from './server.ts'

/** The app of the running test: a test that imports this opens it, and it is closed after the test. */
export let app: TestApp

/** Opens the app, on a clock that only {@link advance} moves. */
export async function open(server?: ServerOptions, settings?: Partial<OidcOptions>): Promise<void> {
  app = await openApp(server, settings)
}

export const advance = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000)

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(async () => {
  vi.useRealTimers()
  await app.close()
})
