// Prints the size of whole Workers, minified and gzipped: the README's quick start (Hono, one provider,
// KV) and the sample Worker.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { sizeText } from './size-text.ts'

const WORKERS = {
  'quick start (Hono, one provider, KV)': '../packages/hono-oauth/test/readme/quick-start.ts',
  'sample Worker (with its dashboard)': '../apps/site-connector/src/index.tsx',
  'Hono alone, for comparison': '../packages/hono-oauth/test/readme/hono-alone.ts',
}

for (const [name, file] of Object.entries(WORKERS)) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    external: ['cloudflare:workers'],
    minify: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    write: false,
  })
  console.log(`${sizeText(outputFiles[0]?.contents ?? '')}  ${name}`)
}
