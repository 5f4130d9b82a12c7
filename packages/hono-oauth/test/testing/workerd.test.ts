import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { expect, it } from 'vitest'

it('runs in a Worker as it is', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./worker-entry.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker'],
    write: false,
  })
  const miniflare = new Miniflare({
    modules: true,
    script: outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-07-01',
  })
  try {
    const response = await miniflare.dispatchFetch('https://worker.example')
    expect(await response.json()).toEqual([
      null,
      'Error: KV PUT failed: 429 Too Many Requests',
      'value',
      null,
      'value',
    ])
  } finally {
    await miniflare.dispose()
  }
})
