// Changes the code in small ways, one at a time, and sees whether a test fails: `pnpm run mutation`.
// It works on a copy in `.stryker`, which git ignores; the report is left there.
//
// These mutants survive because they behave like the code:
// - an early return, a `catch` or an error code whose removal leads to the same result (encoding, seal);
// - what only the types need: `!newest`, `!key`, `?? ''`, `oldest !== undefined`, `issuedAt && flow`,
//   `json?.`, an error that is no `Error`;
// - what jose already refuses by the kind of key: `algorithms`, `contentEncryptionAlgorithms`;
// - a default without an effect: no header, no key, no name of a cookie;
// - lengths in DER under 256, which a key of 2048 bits never has;
// - `extractable` of a public key, which is always true;
// - what makes no difference: `index <= length`, `[\s,]` for `[\s,]+`, nothing for a line end in PEM;
// - escapes of a return address beyond ASCII, which no base path has;
// - the value of a delivery's mark, which is never read.

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [
    'src/crypto/*.ts',
    'src/transaction/*.ts',
    'src/webhooks/*.ts',
    'src/protocol/{token-response,published-document,read-request}.ts',
    'src/providers/compact-jws.ts',
    'src/providers/described/*.ts',
    'src/providers/oidc/*.ts',
    'src/providers/webflow/webhook.ts',
    'src/providers/wix/{webhook,public-key}.ts',
  ],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.ts' },
  coverageAnalysis: 'perTest',
  // What runs once per file counts as well: the patterns and limits of this code stand there.
  ignoreStatic: false,
  concurrency: 1,
  // A mutant that does not compile is no worse than another: Vitest only strips the types.
  checkers: [],
  disableTypeChecks: false,
  inPlace: false,
  tempDirName: '.stryker/tmp',
  cleanTempDir: 'always',
  // Stryker rewrites tsconfig.json with the API that TypeScript 7 no longer has.
  ignorePatterns: ['.stryker', 'dist', 'README.md', '**/tsconfig*.json'],
  reporters: ['clear-text', 'json', 'html'],
  jsonReporter: { fileName: '.stryker/mutation.json' },
  htmlReporter: { fileName: '.stryker/mutation.html' },
  clearTextReporter: { logTests: false },
  thresholds: { high: 95, low: 90, break: 85 },
}
