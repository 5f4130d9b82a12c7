import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'hono-oauth',
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/rig/canary-setup.ts'],
    // A machine that is busy is no failure: only what never ends is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Miniflare hands a Worker's requests to a Node server, which takes headers of 16 KB at most by
    // default; a token may be longer.
    execArgv: ['--max-http-header-size=65536'],
    // On two cores V8 has one background thread in workerd 1.20260730. A compilation there that waits for a
    // garbage collection, while a collection waits for that thread, stops the runtime for ever.
    env: { MINIFLARE_WORKERD_V8_FLAGS: '--single-threaded' },
  },
})
