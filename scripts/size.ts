// Prints the size of whole Workers, minified and gzipped: the README's quick start (Hono, one provider,
// KV) and the sample Worker.
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

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
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  const gzipped = gzipSync(code, { level: 9 }).byteLength
  console.log(`${kilobytes(code.byteLength)} min  ${kilobytes(gzipped)} min+gz  ${name}`)
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1).padStart(6)} kB`
}
