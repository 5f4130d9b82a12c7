import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { disposeHeard, LAST_WORD, watchRuntime } from '../support/canary-runtime.ts'
import { expectAllWell } from './expectations.ts'
import { type Report, SEEDS } from './seeds.ts'
import { KINDS } from './world.ts'

describe('interleavings in workerd', () => {
  let miniflare: Miniflare
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
      bundle: true,
      format: 'esm',
      conditions: ['workerd', 'worker'],
      write: false,
    })
    miniflare = new Miniflare({
      handleRuntimeStdio: watchRuntime,
      workers: [
        {
          name: 'interleavings',
          modules: true,
          script: outputFiles[0]?.text ?? '',
          compatibilityDate: '2026-07-01',
        },
        LAST_WORD,
      ],
    })
    await miniflare.ready
  })
  afterAll(() => disposeHeard(miniflare))

  it.each(KINDS)(`hold what they promise in ${SEEDS} seeds: %s`, async (kind) => {
    const answer = await miniflare.dispatchFetch(`https://worker.example/${kind}`)
    expectAllWell((await answer.json()) as Report)
  })
})
