import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

/**
 * Ceilings in kB, minified and gzipped: each entry point without Hono, and the whole quick start with it. A change
 * that makes one larger raises its number in the same commit.
 */
const ENTRY_POINTS: Readonly<Record<string, number>> = {
  '.': 32.8,
  './provider-kit': 7,
  './providers/oauth2': 13.7,
  './providers/mcp': 9.4,
  './providers/oidc': 22.1,
  './providers/webflow': 7,
  './providers/wix': 10.7,
  './mcp': 4.2,
  './wix-instance': 6.4,
  './dpop': 3.8,
  './private-key-jwt': 8.4,
  './stores/cached': 0.8,
  './stores/d1': 3.3,
  './stores/durable-object': 3.8,
  './stores/kv': 3.2,
  './stores/memory': 0.5,
  './testing': 9.6,
  './durable-object': 6.8,
  './opentelemetry': 4.2,
}
const QUICK_START_KB = 46.7

/** What an app must not carry that does not use it. */
const JOSE = /\/jose\//
const OTHER_PROVIDERS = /src\/providers\/(described|mcp|oauth2|oidc|presets|wix)\//
const OTHER_STORES = /src\/(durable-object|stores\/(d1|sqlite|memory|cached))\b/
const STRICT = /src\/providers\/strict\/|jose\/dist\/webapi\/(jws\/\w+\/sign|jwt\/sign|key\/)/
const TESTING = /src\/testing\//
const OPEN_TELEMETRY = /opentelemetry/

async function bundle(entry: { readonly contents?: string; readonly file?: string }) {
  const { outputFiles, metafile } = await build({
    ...(entry.file
      ? { entryPoints: [fileURLToPath(new URL(entry.file, import.meta.url))] }
      : { stdin: { contents: entry.contents ?? '', resolveDir: import.meta.dirname } }),
    bundle: true,
    minify: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: entry.file ? ['cloudflare:workers'] : ['cloudflare:workers', 'hono', 'hono/*'],
    metafile: true,
    write: false,
  })
  const [output] = Object.values(metafile.outputs)
  const used = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return {
    kilobytes: gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength / 1000,
    files: used.map(([file]) => file),
  }
}

describe('the size of', () => {
  it('every entry point has a ceiling', () => {
    const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(Object.keys(ENTRY_POINTS).toSorted()).toEqual(
      Object.keys(exports)
        // Each preset is a module of its own.
        .filter((path) => path !== './package.json' && path !== './providers/*')
        .toSorted(),
    )
  })

  it.each(Object.entries(ENTRY_POINTS))('%s stays below %d kB', async (path, ceiling) => {
    const { kilobytes } = await bundle({ contents: `export * from 'hono-oauth${path.slice(1)}'` })
    expect(kilobytes).toBeLessThanOrEqual(ceiling)
  })

  it.each(['oauth2', 'oidc'])('%s has no bytes of proofs and signatures that the app does not import', async (kind) => {
    const used = `import { createOAuth } from 'hono-oauth'; import { ${kind} } from 'hono-oauth/providers/${kind}'`
    const bundled = (more: string, options: string) =>
      bundle({
        contents: `${used}; ${more}; export default createOAuth(() => ({ providers: { x: ${kind}(${options}) } }))`,
      })
    const without = await bundled('', '{}')
    expect(without.files.filter((file) => STRICT.test(file))).toEqual([])
    const proofs = await bundled(`import { dpop } from 'hono-oauth/dpop'`, '{ dpop: dpop() }')
    expect(proofs.files.filter((file) => STRICT.test(file))).toEqual([expect.stringMatching(/strict\/dpop\.ts$/)])
    expect(proofs.kilobytes - without.kilobytes).toBeLessThan(1.5)
    const signed = `import { privateKeyJwt } from 'hono-oauth/private-key-jwt'`
    const assertions = await bundled(signed, '{ clientAuthentication: privateKeyJwt({}) }')
    expect(assertions.kilobytes - without.kilobytes).toBeLessThan(kind === 'oidc' ? 3 : 6.5)
  })

  it('OpenTelemetry is in an app that imports it, and is found there', async () => {
    const { files } = await bundle({ contents: `export * from 'hono-oauth/opentelemetry'` })
    expect(files).toContainEqual(expect.stringMatching(/node_modules\/@opentelemetry\/api\//))
    expect(files.filter((file) => !OPEN_TELEMETRY.test(file))).toEqual([])
  })

  it('the whole quick start, Hono included, stays below its budget and carries nothing that it does not use', async () => {
    const { kilobytes, files } = await bundle({ file: './readme/quick-start.ts' })
    expect(kilobytes).toBeLessThanOrEqual(QUICK_START_KB)
    for (const unused of [JOSE, OTHER_PROVIDERS, OTHER_STORES, TESTING, OPEN_TELEMETRY]) {
      expect(files.filter((file) => unused.test(file))).toEqual([])
    }
  })
})
