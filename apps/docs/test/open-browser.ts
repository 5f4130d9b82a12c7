import { createBrowser, type TestBrowser, workersKv } from 'hono-oauth/testing'
import { createEmulator, type Emulator } from 'provider-emulator'
import { vi } from 'vitest'

/** The origin of the examples on a developer's machine. */
export const ORIGIN = 'http://localhost:8787'

/** The bindings of the examples, with a double of Workers KV that takes each write. */
export function makeEnv(more: Record<string, unknown> = {}): Env {
  let now = 0
  return {
    PUBLIC_ORIGIN: ORIGIN,
    OAUTH_KEYS: btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))),
    TOKENS: workersKv({ now: () => (now += 2000) }).location('here'),
    GITHUB_CLIENT_ID: 'github-client-id',
    GITHUB_CLIENT_SECRET: 'github-client-secret',
    ...more,
  } as unknown as Env
}

/** What an example exports: a Hono app, or a Worker. */
interface App {
  fetch(request: Request, env: Env): Response | Promise<Response>
}

/** A browser at an example, whose requests to providers go to the emulator. */
export function openBrowser(
  app: App,
  env = makeEnv(),
  emulator = createEmulator({ consent: 'auto' }),
): { browser: TestBrowser; emulator: Emulator; env: Env } {
  vi.stubGlobal('fetch', (url: string | Request, init?: RequestInit) => emulator.fetch(new Request(url, init)))
  const browser = createBrowser({
    origin: ORIGIN,
    fetch: (request) => app.fetch(request, env),
    providers: (request) => emulator.fetch(request),
  })
  return { browser, emulator, env }
}
