import { beforeEach, describe, expect, it, vi } from 'vitest'
import { OpenedValues } from '../../src/crypto/opened-values.ts'
import { open, seal } from '../../src/crypto/seal.ts'
import { ringOf } from './keys.ts'

const ring = ringOf('newest', 'older')
const decrypt = vi.spyOn(crypto.subtle, 'decrypt')
beforeEach(() => void decrypt.mockClear())

describe('a value that was opened', () => {
  it('is the same object for the same text, and is decrypted once', async () => {
    const sealed = await seal(ring, 'record', 'place', { a: 1 })
    const first = await open(ring, 'record', 'place', sealed)
    for (const _time of [2, 3]) expect(await open(ring, 'record', 'place', sealed)).toBe(first)
    expect(first?.value).toEqual({ a: 1 })
    expect(decrypt).toHaveBeenCalledTimes(1)
  })

  it('is remembered as it was decoded', async () => {
    const sealed = await seal(ring, 'record', 'place', 2)
    const decode = vi.fn((json: unknown) => Number(json) * 2)
    for (const _time of [1, 2]) {
      expect((await open(ring, 'record', 'place', sealed, decode))?.value).toBe(4)
    }
    expect(decode).toHaveBeenCalledTimes(1)
  })
})

describe('a value that did not open', () => {
  const refuse = () => {
    throw new Error('not a record')
  }
  it.each<[string, (sealed: string) => Promise<unknown>]>([
    ['another place', (sealed) => open(ring, 'record', 'elsewhere', sealed)],
    ['another purpose', (sealed) => open(ring, 'session', 'place', sealed)],
    ['a decoder that refuses it', (sealed) => open(ring, 'record', 'place', sealed, refuse)],
  ])('is tried again each time: for %s', async (_name, fail) => {
    const sealed = await seal(ring, 'record', 'place', 'value')
    for (const times of [1, 2]) {
      expect(await fail(sealed)).toBeUndefined()
      expect(decrypt).toHaveBeenCalledTimes(times)
    }
    expect((await open(ring, 'record', 'place', sealed))?.value).toBe('value')
  })
})

describe('OpenedValues', () => {
  // An entry counts four times its length and 512 bytes; together they may take 4 MiB.
  it.each([
    [128, 4096],
    [100_000, 10],
    [1_048_448, 1],
  ])('keeps entries of %d characters while they fit: %d', (length, fitting) => {
    const keyOf = (index: number) => `${index}`.padEnd(length)
    const values = new OpenedValues()
    const kept = () => Array.from({ length: fitting + 2 }, (_, index) => values.get(keyOf(index)) === index)
    const add = (index: number) => values.set(keyOf(index), index)
    // What is there already takes no room again.
    for (const _time of [1, 2]) for (let index = 0; index < fitting; index++) add(index)
    expect(kept()).toEqual([...Array(fitting).fill(true), false, false])
    add(fitting)
    add(fitting + 1)
    expect(kept()).toEqual([false, false, ...Array(fitting).fill(true)])
  })

  it('keeps nothing of an entry that is larger than all may be, and goes on', () => {
    const values = new OpenedValues()
    values.set('x'.repeat(1_048_449), 1)
    expect(values.get('x'.repeat(1_048_449))).toBeUndefined()
    values.set('y', 2)
    expect(values.get('y')).toBe(2)
  })
})
