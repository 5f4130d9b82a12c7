import { fakeClock, seededRandom, workersKv } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'

function setup(options: { stalenessSeconds?: number; random?: () => number } = {}) {
  const { now, advance } = fakeClock(1_790_000_000_000)
  const kv = workersKv({ now, ...options })
  return { advance, kv, fra: kv.location('fra'), syd: kv.location('syd') }
}

type Namespace = ReturnType<typeof setup>['fra']
const namesIn = async (namespace: Namespace, prefix = '') =>
  (await namespace.list({ prefix })).keys.map(({ name }) => name)

describe('workersKv', () => {
  it.each([
    [undefined, 'old', 'new'],
    [5, 'old', 'new'],
    [undefined, null, 'new'],
    [undefined, 'old', null],
  ])('lets a location serve what it read for %s seconds: %j, then %j', async (seconds, old, then) => {
    const { advance, fra, syd } = setup(seconds === undefined ? {} : { stalenessSeconds: seconds })
    if (old !== null) await fra.put('key', old)
    expect(await syd.get('key')).toBe(old)
    advance(1)
    await (then === null ? fra.delete('key') : fra.put('key', then))
    advance(1)
    expect(await syd.get('key')).toBe(old)
    advance((seconds ?? 60) - 2.001)
    expect([await fra.get('key'), await syd.get('key')]).toEqual([then, old])
    advance(0.001)
    expect(await syd.get('key')).toBe(then)
  })

  it('shows a location its own writes at once, and for a minute no others', async () => {
    const { advance, fra, syd } = setup()
    await syd.put('key', 'mine')
    expect(await syd.get('key')).toBe('mine')
    advance(1)
    await fra.put('key', 'theirs')
    advance(58.999)
    expect(await syd.get('key')).toBe('mine')
    advance(0.001)
    expect(await syd.get('key')).toBe('theirs')
    await syd.delete('key')
    expect(await syd.get('key')).toBeNull()
  })

  it('is one location under one name, with a binding for each call', async () => {
    const { kv, fra, syd } = setup()
    await syd.get('key')
    await fra.put('key', 'value')
    expect(await kv.location('syd').get('key')).toBeNull()
    expect(kv.location('syd')).not.toBe(syd)
    expect(await kv.location('ams').get('key')).toBe('value')
    expect(await setup().fra.get('key')).toBeNull()
  })

  it('takes one write a second to one key, from all locations together', async () => {
    const { advance, fra, syd } = setup()
    const tooSoon = /^KV PUT failed: 429 Too Many Requests$/
    await fra.put('key', 'first')
    await expect(fra.put('key', 'second')).rejects.toThrow(tooSoon)
    advance(0.999)
    await expect(syd.put('key', 'second')).rejects.toThrow(tooSoon)
    await syd.put('other', 'value')
    expect(await fra.get('key')).toBe('first')
    advance(0.001)
    await syd.put('key', 'third')
    expect(await syd.get('key')).toBe('third')
    await syd.delete('key')
    await expect(syd.put('key', 'fourth')).rejects.toThrow(tooSoon)
  })

  it.each([59, 0, -60, 60.5, Number.NaN])('refuses a lifetime of %d seconds', async (expirationTtl) => {
    const { fra } = setup()
    const invalid = /^KV PUT failed: 400 Invalid expiration_ttl of /
    await expect(fra.put('key', 'value', { expirationTtl })).rejects.toThrow(invalid)
    expect(await fra.get('key')).toBeNull()
    await fra.put('key', 'a refused write does not count')
  })

  it.each([60, 3600])('ends a lifetime of %d seconds on time', async (expirationTtl) => {
    const { advance, fra, syd } = setup({ stalenessSeconds: 10_000 })
    await fra.put('key', 'value', { expirationTtl })
    const seen = async () => [await fra.get('key'), await syd.get('key'), ...(await namesIn(syd))]
    advance(expirationTtl - 0.001)
    expect(await seen()).toEqual(['value', 'value', 'key'])
    advance(0.001)
    expect(await seen()).toEqual([null, null])
  })

  it('takes keys of 512 bytes and no longer', async () => {
    const { fra } = setup()
    const longest = 'é'.repeat(256)
    await fra.put(longest, 'value')
    expect(await fra.get(longest)).toBe('value')
    await expect(fra.put(`${longest}a`, '')).rejects.toThrow(/^KV PUT failed: 414 .*\b513\b/)
    await expect(fra.get(`${longest}a`)).rejects.toThrow(/^KV GET failed: 414 /)
    await expect(fra.delete(`${longest}a`)).rejects.toThrow(/^KV DELETE failed: 414 /)
  })

  it('lists what is as old as what it reads, but its own writes at once', async () => {
    const { advance, fra, syd } = setup()
    await fra.put('a/1', 'value')
    await fra.put('b/1', 'value')
    expect(await namesIn(syd, 'a/')).toEqual(['a/1'])
    await fra.put('a/2', 'value')
    await fra.delete('a/1')
    await syd.put('a/mine', 'value')
    await syd.put('b/mine', 'value')
    expect(await namesIn(syd, 'a/')).toEqual(['a/1', 'a/mine'])
    await syd.delete('a/mine')
    advance(59.999)
    expect(await namesIn(syd, 'a/')).toEqual(['a/1'])
    expect([await namesIn(syd, 'a'), await namesIn(fra, 'a/')]).toEqual([['a/2'], ['a/2']])
    advance(0.001)
    expect(await namesIn(syd, 'a/')).toEqual(['a/2'])
  })

  it.each([
    [0, 1000, [0]],
    [1000, undefined, [1000]],
    [2500, undefined, [1000, 1000, 500]],
    [5, 2, [2, 2, 1]],
    [4, 2, [2, 2]],
  ])('lists %d keys with a limit of %s in pages of %j', async (count, limit, sizes) => {
    const { fra } = setup()
    const keys = Array.from({ length: count }, (_, i) => `k/${String(i).padStart(5, '0')}`)
    for (const key of keys.toReversed()) await fra.put(key, 'value')
    const pages: string[][] = []
    let cursor: string | null = null
    do {
      const page = await fra.list({ prefix: 'k/', cursor, ...(limit && { limit }) })
      pages.push(page.keys.map(({ name }) => name))
      expect(page.cursor === undefined).toBe(page.list_complete)
      cursor = page.cursor ?? null
    } while (cursor)
    expect(pages.map((page) => page.length)).toEqual(sizes)
    expect(pages.flat()).toEqual(keys)
  })

  it.each([0, -1, 1.5, 1001])('refuses to list %d keys', async (limit) => {
    const invalid = /^KV GET failed: 400 Invalid key_count_limit of /
    await expect(setup().fra.list({ prefix: '', limit })).rejects.toThrow(invalid)
  })

  it('may show a write sooner with random, but never later', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const { advance, fra, syd } = setup({ random: seededRandom(seed) })
      await syd.get('key')
      await fra.put('key', 'value')
      advance(seededRandom(seed)() * 60 - 0.001)
      expect(await syd.get('key')).toBeNull()
      advance(0.002)
      expect(await syd.get('key')).toBe('value')
    }
  })

  it('uses the clock of the machine without another', async () => {
    const fra = workersKv().location('fra')
    await fra.put('key', 'value', { expirationTtl: 60 })
    expect(await fra.get('key')).toBe('value')
    await expect(fra.put('key', 'value')).rejects.toThrow('429')
  })
})
