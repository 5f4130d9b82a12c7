import { defineProject } from 'vitest/config'

export default defineProject({
  test: { name: 'site-connector', include: ['test/**/*.test.ts'] },
})
