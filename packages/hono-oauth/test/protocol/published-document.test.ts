import { afterEach, describe, expect, it, vi } from 'vitest'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import { PublishedDocument } from '../../src/protocol/published-document.ts'
import { codeOf, refusal } from './refusal.ts'

const URL = 'https://login.example/keys'
const NOW = 1_790_000_000

/** A document with a new version at each request. */
function published(answer: (count: number) => Response | Promise<Response> = newest, timeoutMs = 10_000) {
  let count = 0
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => answer(++count))
  const backChannel = new BackChannel({ fetch, timeoutMs })
  const document = new PublishedDocument('the document', ({ version }) => ({ version }))
  return {
    fetch,
    get: (now = NOW, url = URL) => document.get(url, backChannel, now),
    recall: (url = URL) => document.recall(url, backChannel),
    newer: (than: { version: unknown }, now = NOW) => document.getNewer(than, URL, backChannel, now),
  }
}
const newest = (version: number) => Response.json({ version })
const down = () => new Response('', { status: 503, headers: { 'retry-after': '7' } })

describe('a published document', () => {
  afterEach(() => void vi.useRealTimers())

  it('belongs to its address', async () => {
    const { get, recall, fetch } = published()
    expect(await get()).toEqual({ version: 1 })
    expect(await get(NOW, `${URL}2`)).toEqual({ version: 2 })
    expect(await recall(`${URL}2`)).toEqual({ version: 2 })
    expect(await recall()).toEqual({ version: 3 })
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([URL, `${URL}2`, URL])
  })

  it('is not cached without a current time', async () => {
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
  ])('is refused when it is %s', async (_name, make, code, words) => {
    const error = await refusal(() => published(make).get())
    expect(error).toMatchObject({ code, cause: { message: `the document ${words}` } })
    expect(error.retryAfterSeconds).toBe(code === 'provider_unavailable' ? 7 : undefined)
  })

  it.each<[string, () => Response]>([
    ['is down', down],
    [
      'does not answer',
      () => {
        throw new TypeError('fetch failed')
      },
    ],
  ])('is not asked for again for ten seconds while its server %s', async (_name, fail) => {
    const { get, fetch } = published((count) => (count <= 2 ? fail() : newest(count)))
    for (const now of [NOW, NOW + 9]) expect(await codeOf(() => get(now))).toBe('provider_unavailable')
    expect(fetch).toHaveBeenCalledTimes(2)
    expect(await get(NOW + 9, `${URL}2`)).toEqual({ version: 3 })
    expect(await get(NOW + 10)).toEqual({ version: 4 })
  })

  it('is asked for again at once after a wrong one', async () => {
    const { get } = published((count) => (count === 1 ? new Response('', { status: 404 }) : newest(count)))
    expect(await codeOf(get)).toBe('provider_response_invalid')
    expect(await get()).toEqual({ version: 2 })
  })

  it('is asked for a newer version once a minute', async () => {
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

  it('is asked for a newer version at its address', async () => {
    const { get, newer } = published()
    const first = await get()
    await get(NOW, `${URL}2`)
    expect(await newer(first)).toEqual({ version: 3 })
  })

  it('gives a newer version to every caller that comes during its request', async () => {
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

  it('fails for every caller that comes during a request that fails', async () => {
    const { get, newer, fetch } = published((count) => (count === 1 ? newest(1) : down()))
    const first = await get()
    const codes = await Promise.all([newer(first), newer(first), newer(first)].map((one) => codeOf(() => one)))
    expect(codes).toEqual(Array(3).fill('provider_unavailable'))
    expect(fetch).toHaveBeenCalledTimes(3)
  })

  it('is asked for again a minute after a failure', async () => {
    const { get, newer } = published((count) => ([2, 3].includes(count) ? down() : newest(count)))
    const first = await get()
    await refusal(() => newer(first))
    expect(await codeOf(() => newer(first, NOW + 59))).toBe('provider_unavailable')
    const second = await newer(first, NOW + 60)
    expect(second).toEqual({ version: 4 })
    expect(await newer(second ?? first, NOW + 61)).toBeUndefined()
  })

  // In workerd a cancelled request never settles.
  it('is not waited for without an end when its request was cancelled', async () => {
    vi.useFakeTimers({ now: NOW * 1000 })
    const { get, newer } = published((count) => (count === 2 ? new Promise(() => undefined) : newest(count)), 1_000_000)
    const first = await get()
    newer(first).catch(() => undefined)
    const results: unknown[] = []
    const asking = newer(first).then((value) => results.push(value))
    await vi.advanceTimersByTimeAsync(9_900)
    expect(results).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(results).toEqual([undefined])
    await asking
    expect(await newer(first, NOW + 60)).toEqual({ version: 3 })
  })

  it('throws any error of its judge', async () => {
    let isBroken = false
    const backChannel = new BackChannel({ fetch: async () => newest(1), timeoutMs: 1000 })
    const document = new PublishedDocument('the document', (json) => {
      if (isBroken) throw new TypeError('a bug')
      return json
    })
    await document.get(URL, backChannel, NOW)
    isBroken = true
    await expect(document.get(URL, backChannel, NOW + 3600)).rejects.toThrow(TypeError)
  })
})
