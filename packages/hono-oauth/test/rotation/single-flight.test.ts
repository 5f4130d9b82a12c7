import { Miniflare } from 'miniflare'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bundleWorker } from './rig.ts'

/**
 * In workerd a promise of another request never settles when that request ended first. It is why work that
 * requests share is given to `waitUntil`, and why nobody waits for it without an end.
 */
describe('a single flight in workerd whose first request is gone', () => {
  let miniflare: Miniflare
  let answer: () => void
  let asked: number

  beforeEach(async () => {
    asked = 0
    const answers: (() => void)[] = []
    answer = () => {
      for (const settle of answers.splice(0)) settle()
    }
    miniflare = new Miniflare({
      modules: true,
      script: await bundleWorker('./single-flight-worker.ts'),
      compatibilityDate: '2026-07-01',
      outboundService: async () => {
        asked++
        await new Promise<void>((resolve) => answers.push(resolve))
        return new Response('won') as never
      },
    })
    await miniflare.ready
  })
  afterEach(() => miniflare.dispose())

  const get = async (path: string) =>
    (await miniflare.dispatchFetch(`https://app.example${path}`)).text()
  const untilAsked = (times: number) => vi.waitFor(() => expect(asked).toBe(times), 10_000)

  it('goes on for those behind it when it is shielded', async () => {
    expect(await get('/shielded')).toBe('gone')
    await untilAsked(1)
    const behind = Promise.all([get('/follow'), get('/follow'), get('/follow')])
    await vi.waitFor(async () => expect(await get('/joined')).toBe('4'), 10_000)
    answer()
    expect(await behind).toEqual(['won 1', 'won 1', 'won 1'])
    expect(await get('/started')).toBe('1')
  })

  it('hangs nobody when it is not, and the next ones share a new flight', async () => {
    expect(await get('/unshielded')).toBe('gone')
    await untilAsked(1)
    const behind = Promise.all([get('/follow'), get('/follow'), get('/follow')])
    // They wait for what will never come, give it up, and one of them begins anew.
    await untilAsked(2)
    answer()
    expect(await behind).toEqual(['won 2', 'won 2', 'won 2'])
    const next = get('/follow')
    await untilAsked(3)
    answer()
    expect(await next).toBe('won 3')
  })
})
