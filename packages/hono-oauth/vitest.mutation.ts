// The tests that mutants have to fail: those of the mutated files themselves, so that each file is
// held by what is written about it, and a mutant costs seconds.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'test/{crypto,transaction,webhooks}/**/*.test.ts',
      'test/protocol/{token-response,published-document,read-request}.test.ts',
      'test/{cases,described,presets}/*.test.ts',
      'test/providers/hostile-size.test.ts',
      'test/providers/oauth2/*.test.ts',
      'test/providers/oidc/*.test.ts',
      'test/providers/{webflow,wix}/webhook*.test.ts',
      'test/providers/wix/public-key.test.ts',
    ],
  },
})
