import { describe, expect, it, vi } from 'vitest'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import { PublishedDocument } from '../../src/protocol/published-document.ts'
import { refusal } from './refusal.ts'

const URL = 'https://login.example/keys'
const NOW = 1_790_000_000

/** A document that is another one each time it is asked for. */
function published(answer: (count: number) => Response | Promise<Response> = newest) {
  let count = 0
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => answer(++count))
  const backChannel = new BackChannel({ fetch, timeoutMs: 10_000 })
  const document = new PublishedDocument('the document', ({ version }) => ({ version }))
  return {
    fetch,
    get: (now = NOW, url = URL) => document.get(url, backChannel, now),
    recall: (url = URL) => document.recall(url, backChannel),
    newer: (than: { version: unknown }, now = NOW) =>
      document.getNewer(than, URL, backChannel, now),
  }
}
const newest = (version: number) => Response.json({ version })
const down = () => new Response('', { status: 503, headers: { 'retry-after': '7' } })

describe('a published document', () => {
  it('belongs to its address', async () => {
    const { get, recall, fetch } = published()
    expect(await get()).toEqual({ version: 1 })
    expect(await get(NOW, `${URL}2`)).toEqual({ version: 2 })
    expect(await recall(`${URL}2`)).toEqual({ version: 2 })
    expect(await recall()).toEqual({ version: 3 })
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([URL, `${URL}2`, URL])
  })

  it('is not remembered by whoever has no time', async () => {
    const { get, recall } = published()
    expect(await recall()).toEqual({ version: 1 })
    expect(await recall()).toEqual({ version: 2 })
    expect(await get()).toEqual({ version: 3 })
    expect(await recall()).toEqual({ version: 3 })
  })

  it.each<[string, () => Response, string, string]>([
    ['404', () => new Response('', { status: 404 }), 'provider_response_invalid', 'answered 404'],
    ['201', () => Response.json({}, { status: 201 }), 'provider_response_invalid', 'answered 201'],
    ['a text', () => Response.json('x'), 'provider_response_invalid', 'is no JSON object'],
    ['503', down, 'provider_unavailable', 'answered 503'],
  ])('is none that is %s', async (_name, make, code, words) => {
    const error = await refusal(() => published(make).get())
    expect(error.code).toBe(code)
    expect(error.cause).toMatchObject({ message: `the document ${words}` })
    expect(error.retryAfterSeconds).toBe(code === 'provider_unavailable' ? 7 : undefined)
  })

  it('that is newer is asked for once a minute', async () => {
    const { get, newer, fetch } = published()
    const first = await get()
    const second = await newer(first)
    expect(second).toEqual({ version: 2 })
    expect(await newer(second ?? first, NOW + 59)).toBeUndefined()
    expect(await newer(first, NOW + 59)).toBe(second)
    expect(await get()).toBe(second)
    expect(fetch).toHaveBeenCalledTimes(2)
    expect(await newer(second ?? first, NOW + 60)).toEqual({ version: 3 })
  })

  it('that is newer is asked for where it belongs', async () => {
    const { get, newer } = published()
    const first = await get()
    await get(NOW, `${URL}2`)
    expect(await newer(first)).toEqual({ version: 3 })
  })

  it('that is newer is waited for by those who come while it is asked for', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const { get, newer, fetch } = published(async (version) => {
      if (version > 1) await held
      return newest(version)
    })
    const first = await get()
    const all = [newer(first), newer(first), newer(first)]
    release()
    const [one, ...others] = await Promise.all(all)
    expect(one).toEqual({ version: 2 })
    for (const each of others) expect(each).toBe(one)
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it('that could not be asked for fails for those who waited too', async () => {
    const { get, newer, fetch } = published((count) => (count === 1 ? newest(1) : down()))
    const first = await get()
    const codes = await Promise.all(
      [newer(first), newer(first), newer(first)].map(
        async (one) => (await refusal(() => one)).code,
      ),
    )
    expect(codes).toEqual(Array(3).fill('provider_unavailable'))
    expect(fetch).toHaveBeenCalledTimes(3)
  })

  it('that failed once can be asked for again after a minute', async () => {
    const { get, newer } = published((count) => ([2, 3].includes(count) ? down() : newest(count)))
    const first = await get()
    await refusal(() => newer(first))
    expect((await refusal(() => newer(first, NOW + 59))).code).toBe('provider_unavailable')
    const second = await newer(first, NOW + 60)
    expect(second).toEqual({ version: 4 })
    expect(await newer(second ?? first, NOW + 61)).toBeUndefined()
  })

  // In workerd nobody goes on with a request that was cancelled.
  it('is not waited for for ever when whoever asked for it is gone', async () => {
    vi.useFakeTimers({ now: NOW * 1000 })
    try {
      let count = 0
      const fetch = () =>
        ++count === 2 ? new Promise<Response>(() => undefined) : Promise.resolve(newest(count))
      const abandoned = new BackChannel({ fetch, timeoutMs: 1_000_000 })
      const document = new PublishedDocument('the document', ({ version }) => ({ version }))
      const first = await document.get(URL, abandoned, NOW)
      document.getNewer(first, URL, abandoned, NOW).catch(() => undefined)
      let told: unknown = 'nothing'
      const asking = document.getNewer(first, URL, abandoned, NOW)
      asking.then((value) => (told = value)).catch(() => undefined)
      await vi.advanceTimersByTimeAsync(9_900)
      expect(told).toBe('nothing')
      await vi.advanceTimersByTimeAsync(200)
      expect(told).toBeUndefined()
      expect(await document.getNewer(first, URL, abandoned, NOW + 60)).toEqual({ version: 3 })
    } finally {
      vi.useRealTimers()
    }
  })

  it('throws what its judge throws, also when it is a mistake of ours', async () => {
    let isBroken = false
    const backChannel = new BackChannel({ fetch: async () => newest(1), timeoutMs: 1000 })
    const document = new PublishedDocument('the document', (json) => {
      if (isBroken) throw new TypeError('a mistake')
      return json
    })
    await document.get(URL, backChannel, NOW)
    isBroken = true
    await expect(document.get(URL, backChannel, NOW + 3600)).rejects.toThrow(TypeError)
  })
})
