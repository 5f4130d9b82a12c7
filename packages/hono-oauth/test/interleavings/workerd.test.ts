import { afterAll, beforeAll, describe, it } from 'vitest'
import { KINDS } from '../engine/constants.ts'
import { bundleWorker, openMiniflare } from '../rig/miniflare.ts'
import { expectAllWell } from './expectations.ts'
import { type Report, SEEDS } from './run-seed.ts'

describe('interleavings in workerd', () => {
  let runtime: Awaited<ReturnType<typeof openMiniflare>>
  beforeAll(async () => {
    const script = await bundleWorker(new URL('./worker.ts', import.meta.url))
    runtime = await openMiniflare([{ name: 'interleavings', script }])
  })
  afterAll(() => runtime.dispose())

  it.each(KINDS)(`hold what they promise in ${SEEDS} seeds: %s`, async (kind) => {
    const answer = await runtime.miniflare.dispatchFetch(`https://worker.example/${kind}`)
    expectAllWell((await answer.json()) as Report)
  })
})
