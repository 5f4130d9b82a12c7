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
  '.': 23,
  './providers/oauth2': 8,
  './providers/oidc': 16,
  './providers/webflow': 7.4,
  './providers/wix': 10.6,
  './wix-instance': 4.8,
  './stores/cached': 0.8,
  './stores/d1': 3.2,
  './stores/durable-object': 3.6,
  './stores/kv': 3.1,
  './stores/memory': 0.5,
  './testing': 1.8,
  './durable-object': 5.9,
}
const QUICK_START_KB = 42

/** What an app must not carry that does not use it. */
const JOSE = /\/jose\//
const OTHER_PROVIDERS = /src\/providers\/(oauth2|oidc|wix)\//
const OTHER_STORES = /src\/(durable-object|stores\/(d1|sqlite|memory|cached))\b/
const TESTING = /src\/testing\//

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
        .filter((path) => path !== './package.json')
        .toSorted(),
    )
  })

  it.each(Object.entries(ENTRY_POINTS))('%s stays below %d kB', async (path, ceiling) => {
    const { kilobytes } = await bundle({ contents: `export * from 'hono-oauth${path.slice(1)}'` })
    expect(kilobytes).toBeLessThanOrEqual(ceiling)
  })

  it('the whole quick start, Hono included, stays below its budget and carries nothing that it does not use', async () => {
    const { kilobytes, files } = await bundle({ file: './readme/quick-start.ts' })
    expect(kilobytes).toBeLessThanOrEqual(QUICK_START_KB)
    for (const unused of [JOSE, OTHER_PROVIDERS, OTHER_STORES, TESTING]) {
      expect(files.filter((file) => unused.test(file))).toEqual([])
    }
  })
})
