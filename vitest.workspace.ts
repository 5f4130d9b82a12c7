// The Vitest config of the whole workspace. Vitest finds only `vitest.config.*` by itself, so scripts
// name this file: `vitest run --config vitest.workspace.ts`.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { projects: ['packages/*/vitest.config.ts', 'apps/*/vitest.config.ts', 'scripts/vitest.config.ts'] },
})
