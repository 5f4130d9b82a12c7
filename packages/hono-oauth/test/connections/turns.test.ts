import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Turns } from '../../src/connections/turns.ts'

const PATIENCE_MS = 5000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Takes turns with tasks that last some time, and writes down when each begins and ends. */
function setup() {
  const turns = new Turns(PATIENCE_MS)
  const log: string[] = []
  const take = (name: string, ms: number, key = 'key') =>
    turns.take(key, async () => {
      log.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, ms))
      log.push(`${name} ends`)
      return name
    })
  return { turns, log, take }
}
const forEver = () => new Promise<never>(() => undefined)

describe('tasks of one key', () => {
  it('run one after the other, in the order in which they came', async () => {
    const { log, take } = setup()
    const all = Promise.all([take('a', 300), take('b', 200), take('c', 100)])
    await vi.advanceTimersByTimeAsync(600)
    expect(await all).toEqual(['a', 'b', 'c'])
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('begin at once where nobody is before them', async () => {
    const { log, take } = setup()
    for (const name of ['a', 'b']) {
      const taken = take(name, 10)
      expect(log.at(-1)).toBe(`${name} begins`)
      // No more than the task's own timer: there is nobody to be patient with.
      expect(vi.getTimerCount()).toBe(1)
      await vi.advanceTimersByTimeAsync(10)
      expect(await taken).toBe(name)
    }
  })

  it('do not mind those of another key', async () => {
    const { log, take } = setup()
    const both = Promise.all([take('a', 100), take('b', 50, 'other')])
    expect(log).toEqual(['a begins', 'b begins'])
    await vi.advanceTimersByTimeAsync(100)
    expect(await both).toEqual(['a', 'b'])
    expect(log).toEqual(['a begins', 'b begins', 'b ends', 'a ends'])
  })

  it('tell their own failure, and the next one runs all the same', async () => {
    const { turns, take } = setup()
    const failure = new Error('no')
    const failing = [
      turns.take('key', () => Promise.reject(failure)),
      turns.take('key', () => Promise.reject(failure)),
    ]
    const next = take('next', 10)
    const outcomes = Promise.allSettled(failing)
    await vi.advanceTimersByTimeAsync(10)
    const refused = { status: 'rejected', reason: failure }
    expect(await outcomes).toEqual([refused, refused])
    expect(await next).toBe('next')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the patience with the task before', () => {
  it('ends, and not a moment before', async () => {
    const { turns, log, take } = setup()
    void turns.take('key', forEver)
    const next = take('next', 1)
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1)
    expect(log).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(log[0]).toBe('next begins')
    await vi.advanceTimersByTimeAsync(1)
    expect(await next).toBe('next')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is over with the task that was given up: who comes later does not wait for it', async () => {
    const { turns, log, take } = setup()
    void turns.take('key', forEver)
    const next = take('next', 1)
    await vi.advanceTimersByTimeAsync(PATIENCE_MS + 1)
    await next
    const later = take('later', 1)
    expect(log.at(-1)).toBe('later begins')
    await vi.advanceTimersByTimeAsync(1)
    expect(await later).toBe('later')
  })

  it('leaves the turn of a later one alone when the given-up task ends after all', async () => {
    const { turns, log, take } = setup()
    let finish = () => {}
    const slow = turns.take('key', () => new Promise<void>((resolve) => (finish = resolve)))
    const second = take('second', 1000)
    await vi.advanceTimersByTimeAsync(PATIENCE_MS)
    finish()
    await slow
    const third = take('third', 1)
    expect(log).toEqual(['second begins'])
    await vi.advanceTimersByTimeAsync(1001)
    await Promise.all([second, third])
    expect(log).toEqual(['second begins', 'second ends', 'third begins', 'third ends'])
  })

  it('lets go of one task, not of the order of those that wait', async () => {
    const { turns, log, take } = setup()
    void turns.take('key', forEver)
    const both = Promise.all([take('a', 100), take('b', 100)])
    await vi.advanceTimersByTimeAsync(PATIENCE_MS + 200)
    expect(await both).toEqual(['a', 'b'])
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })
})
