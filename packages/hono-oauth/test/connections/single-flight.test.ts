import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SingleFlight } from '../../src/connections/single-flight.ts'

const PATIENCE_MS = 1000
const never = () => new Promise<string>(() => undefined)

describe('a single flight', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('gives everybody the result of the one who began', async () => {
    const flight = new SingleFlight<string>(PATIENCE_MS)
    const task = vi.fn(async () => 'won')
    const results = await Promise.all([1, 2, 3].map(() => flight.join('key', task)))
    expect(results).toEqual(['won', 'won', 'won'])
    expect(task).toHaveBeenCalledTimes(1)
  })

  it('gives everybody its failure, and begins anew after it', async () => {
    const flight = new SingleFlight<string>(PATIENCE_MS)
    const task = vi.fn(async () => {
      throw new Error('lost')
    })
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => flight.join('key', task)))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(task).toHaveBeenCalledTimes(1)
    expect(await flight.join('key', async () => 'won')).toBe('won')
  })

  it('keeps keys apart', async () => {
    const flight = new SingleFlight<string>(PATIENCE_MS)
    const results = await Promise.all(['a', 'b'].map((key) => flight.join(key, async () => key)))
    expect(results).toEqual(['a', 'b'])
  })

  it('does not hang on one that never lands: those behind it begin one of their own', async () => {
    const flight = new SingleFlight<string>(PATIENCE_MS)
    void flight.join('key', never)
    const task = vi.fn(() => new Promise<string>((land) => setTimeout(() => land('won'), 10)))
    const behind = Promise.all([flight.join('key', task), flight.join('key', task)])
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1)
    expect(task).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(11)
    expect(await behind).toEqual(['won', 'won'])
    expect(task).toHaveBeenCalledTimes(1)
    expect(await flight.join('key', async () => 'later')).toBe('later')
  })

  it('leaves a later one alone when the one that was given up lands after all', async () => {
    const flight = new SingleFlight<string>(PATIENCE_MS)
    let land = (_result: string) => {}
    const slow = flight.join('key', () => new Promise<string>((done) => (land = done)))
    const second = flight.join('key', () => new Promise((done) => setTimeout(done, 500, 'second')))
    await vi.advanceTimersByTimeAsync(PATIENCE_MS)
    land('slow')
    expect(await slow).toBe('slow')
    const task = vi.fn(async () => 'third')
    const third = flight.join('key', task)
    await vi.advanceTimersByTimeAsync(500)
    expect(await Promise.all([second, third])).toEqual(['second', 'second'])
    expect(task).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })
})
