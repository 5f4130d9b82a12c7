import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Bundles a Worker as `wrangler deploy` does: for production, and not minified unless `minify` says so. */
export async function buildWorker(entry: string, { minify = false } = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../contenders/${entry}.ts`, import.meta.url))],
    bundle: true,
    minify,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}
