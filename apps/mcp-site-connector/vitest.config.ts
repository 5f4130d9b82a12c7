import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'mcp-site-connector',
    include: ['test/**/*.test.ts'],
    // A machine that is busy is no failure: only what never ends is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
