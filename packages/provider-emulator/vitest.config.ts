import { defineProject } from 'vitest/config'

export default defineProject({
  test: { name: 'provider-emulator', include: ['test/**/*.test.ts'] },
})
