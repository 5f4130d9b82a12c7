import { kvStore } from 'hono-oauth/stores/kv'
import { fakeClock, seededRandom, workersKv } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'

const START = 1_790_000_000_000

function setup(options: { stalenessSeconds?: number; random?: () => number } = {}) {
  const clock = fakeClock(START)
  const kv = workersKv({ now: clock.now, ...options })
  return { clock, kv, fra: kv.location('fra'), syd: kv.location('syd') }
}

type Namespace = ReturnType<typeof setup>['fra']
const namesIn = async (namespace: Namespace, prefix = '') =>
  (await namespace.list({ prefix })).keys.map(({ name }) => name)

describe('workersKv', () => {
  it('shows what was never read elsewhere at once', async () => {
    const { fra, syd } = setup()
    await fra.put('key', 'value')
    expect(await syd.get('key')).toBe('value')
  })

  it.each([undefined, 60, 5])(
    'shows another location a write when what it read is %s seconds old, and not before',
    async (stalenessSeconds) => {
      const { clock, fra, syd } = setup(stalenessSeconds ? { stalenessSeconds } : {})
      await fra.put('key', 'old')
      await syd.get('key')
      clock.advance(1)
      await fra.put('key', 'new')
      clock.advance((stalenessSeconds ?? 60) - 1.001)
      expect([await fra.get('key'), await syd.get('key')]).toEqual(['new', 'old'])
      clock.advance(0.001)
      expect(await syd.get('key')).toBe('new')
    },
  )

  it('counts from the first read, not from the last', async () => {
    const { clock, fra, syd } = setup()
    await syd.get('key')
    clock.advance(59)
    await fra.put('key', 'value')
    expect(await syd.get('key')).toBeNull()
    clock.advance(1)
    expect(await syd.get('key')).toBe('value')
  })

  it('remembers where nothing was', async () => {
    const { clock, fra, syd } = setup()
    expect(await syd.get('key')).toBeNull()
    await fra.put('key', 'value')
    clock.advance(59.999)
    expect(await syd.get('key')).toBeNull()
    clock.advance(0.001)
    expect(await syd.get('key')).toBe('value')
  })

  it('goes on showing what was deleted elsewhere', async () => {
    const { clock, fra, syd } = setup()
    await fra.put('key', 'value')
    await syd.get('key')
    await fra.delete('key')
    clock.advance(59.999)
    expect([await fra.get('key'), await syd.get('key')]).toEqual([null, 'value'])
    clock.advance(0.001)
    expect(await syd.get('key')).toBeNull()
  })

  it('shows a location its own writes at once, and for a minute no others', async () => {
    const { clock, fra, syd } = setup()
    await syd.get('key')
    await syd.put('key', 'mine')
    expect(await syd.get('key')).toBe('mine')
    clock.advance(1)
    await fra.put('key', 'theirs')
    clock.advance(58.999)
    expect(await syd.get('key')).toBe('mine')
    clock.advance(0.001)
    expect(await syd.get('key')).toBe('theirs')
    await syd.delete('key')
    expect(await syd.get('key')).toBeNull()
  })

  it('is one location under one name', async () => {
    const { kv, fra, syd } = setup()
    await syd.get('key')
    await fra.put('key', 'value')
    expect(await kv.location('syd').get('key')).toBeNull()
    expect(await kv.location('ams').get('key')).toBe('value')
  })

  it('shares nothing with another namespace', async () => {
    const [a, b] = [setup(), setup()]
    await a.fra.put('key', 'value')
    expect(await b.fra.get('key')).toBeNull()
  })

  it('takes one write a second to one key, from all locations together', async () => {
    const { clock, fra, syd } = setup()
    const tooSoon = /^KV PUT failed: 429 Too Many Requests$/
    await fra.put('key', 'first')
    await expect(fra.put('key', 'second')).rejects.toThrow(tooSoon)
    clock.advance(0.999)
    await expect(syd.put('key', 'second')).rejects.toThrow(tooSoon)
    await syd.put('other', 'value')
    expect(await fra.get('key')).toBe('first')
    clock.advance(0.001)
    await syd.put('key', 'third')
    expect(await syd.get('key')).toBe('third')
    await syd.delete('key')
    await expect(syd.put('key', 'fourth')).rejects.toThrow(tooSoon)
  })

  it.each([59, 1, 0, -60, 60.5, Number.NaN])(
    'refuses a lifetime of %d seconds',
    async (expirationTtl) => {
      const { fra } = setup()
      await expect(fra.put('key', 'value', { expirationTtl })).rejects.toThrow(
        /^KV PUT failed: 400 Invalid expiration_ttl of /,
      )
      expect(await fra.get('key')).toBeNull()
      await fra.put('key', 'a refused write is none')
    },
  )

  it.each([60, 61, 3600])('ends a lifetime of %d seconds on time', async (expirationTtl) => {
    const { clock, fra, syd } = setup({ stalenessSeconds: 10_000 })
    await fra.put('key', 'value', { expirationTtl })
    const seen = async () => [await fra.get('key'), await syd.get('key'), ...(await namesIn(syd))]
    clock.advance(expirationTtl - 0.001)
    expect(await seen()).toEqual(['value', 'value', 'key'])
    clock.advance(0.001)
    expect(await seen()).toEqual([null, null])
  })

  it('takes keys of 512 bytes and no longer', async () => {
    const { fra } = setup()
    const longest = 'é'.repeat(256)
    await fra.put(longest, 'value')
    expect(await fra.get(longest)).toBe('value')
    const tooLong = `${longest}a`
    await expect(fra.put(tooLong, 'value')).rejects.toThrow(/^KV PUT failed: 414 .*\b513\b/)
    await expect(fra.get(tooLong)).rejects.toThrow(/^KV GET failed: 414 /)
    await expect(fra.delete(tooLong)).rejects.toThrow(/^KV DELETE failed: 414 /)
  })

  it('lists what is as old as what it reads', async () => {
    const { clock, fra, syd } = setup()
    await fra.put('a/1', 'value')
    await fra.put('b/1', 'value')
    expect(await namesIn(syd, 'a/')).toEqual(['a/1'])
    await fra.put('a/2', 'value')
    await fra.delete('a/1')
    clock.advance(59.999)
    expect(await namesIn(syd, 'a/')).toEqual(['a/1'])
    expect(await namesIn(syd, 'a')).toEqual(['a/2'])
    expect(await namesIn(fra, 'a/')).toEqual(['a/2'])
    clock.advance(0.001)
    expect(await namesIn(syd, 'a/')).toEqual(['a/2'])
  })

  it('lists a location its own writes at once, and no others', async () => {
    const { fra, syd } = setup()
    expect(await namesIn(syd, 'a/')).toEqual([])
    await fra.put('a/theirs', 'value')
    await syd.put('a/mine', 'value')
    await syd.put('b/mine', 'value')
    expect(await namesIn(syd, 'a/')).toEqual(['a/mine'])
    await syd.delete('a/mine')
    expect(await namesIn(syd, 'a/')).toEqual([])
  })

  it.each([
    [0, [0]],
    [999, [999]],
    [1000, [1000]],
    [1001, [1000, 1]],
    [2500, [1000, 1000, 500]],
  ])('lists %d keys in pages of %j', async (count, sizes) => {
    const { fra } = setup()
    const keys = Array.from({ length: count }, (_, i) => `k/${String(i).padStart(5, '0')}`)
    for (const key of keys) await fra.put(key, 'value')
    const pages: string[][] = []
    let cursor: string | undefined
    do {
      const page = await fra.list({ prefix: 'k/', cursor: cursor ?? null })
      pages.push(page.keys.map(({ name }) => name))
      expect(page.cursor === undefined).toBe(page.list_complete)
      cursor = page.cursor
    } while (cursor)
    expect(pages.map((page) => page.length)).toEqual(sizes)
    expect(pages.flat()).toEqual(keys)
    expect(await kvStore(fra).list('k/')).toEqual(keys)
  })

  it('may show a write sooner when chance decides, but never later', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = seededRandom(seed)
      const { clock, fra, syd } = setup({ random })
      await syd.get('key')
      await fra.put('key', 'value')
      const lasts = seededRandom(seed)() * 60
      clock.advance(lasts - 0.001)
      expect(await syd.get('key')).toBeNull()
      clock.advance(0.002)
      expect(await syd.get('key')).toBe('value')
    }
  })

  it('goes by the clock of the machine without another', async () => {
    const fra = workersKv().location('fra')
    await fra.put('key', 'value', { expirationTtl: 60 })
    expect(await fra.get('key')).toBe('value')
    await expect(fra.put('key', 'value')).rejects.toThrow('429')
  })
})
