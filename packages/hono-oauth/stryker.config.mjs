// Changes the code in small ways, one at a time, and sees whether a test fails: `pnpm run mutation`.
// It works on a copy in `.stryker`, which git ignores; the report is left there.
//
// These mutants stay alive because nobody can tell them from the code:
// - what goes on to the same end without its early return, `catch` or error code (encoding, seal, wix);
// - what only the types ask for: `!newest`, `!key`, `?? ''`, `oldest !== undefined`, `issuedAt && flow`,
//   `json?.`, an error that is no `Error`;
// - what jose refuses by the kind of key already: `algorithms`, `contentEncryptionAlgorithms`;
// - a default that is as useless as another: no header, no key, no name of a cookie;
// - lengths in DER under 256, which no key of 2048 bits has;
// - `extractable` of a public key, which may always be taken out;
// - what makes no difference: `index <= length`, `[\s,]` for `[\s,]+`, nothing for a line end in PEM;
// - escapes of a return address beyond ASCII, which no base path has;
// - the mark of a delivery, whose value nobody reads.

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [
    'src/crypto/*.ts',
    'src/transaction/*.ts',
    'src/webhooks/*.ts',
    'src/protocol/{token-response,published-document,read-request}.ts',
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
