import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EventDetails, tell } from '../../src/connections/events.ts'
import { NOW } from './support.ts'

const DETAILS: EventDetails = { type: 'webhook', provider: 'p', event: 'ended', id: '1' }
const forEver = () => new Promise<never>(() => undefined)

let logged: unknown[][]
beforeEach(() => {
  vi.useFakeTimers()
  logged = []
  vi.spyOn(console, 'error').mockImplementation((...parts) => void logged.push(parts))
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a listener', () => {
  it('is told what happened, and when', async () => {
    const listener = vi.fn()
    await tell(listener, DETAILS, NOW)
    expect(listener.mock.calls).toEqual([[{ ...DETAILS, at: new Date(NOW * 1000).toISOString() }]])
    expect(logged).toEqual([])
  })

  it('need not be there', async () => {
    await tell(undefined, DETAILS, NOW)
    expect(logged).toEqual([])
  })

  it('may take its time, up to two seconds', async () => {
    let isTold = false
    const listener = () => new Promise((done) => setTimeout(done, 1999))
    const telling = tell(listener, DETAILS, NOW).then(() => {
      isTold = true
    })
    await vi.advanceTimersByTimeAsync(1998)
    expect(isTold).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await telling
    expect(logged).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    [
      'at once',
      () => {
        throw new Error('no')
      },
    ],
    ['later', () => Promise.reject(new Error('no'))],
  ])('that throws %s is for the log alone', async (_name, listener) => {
    await tell(listener, DETAILS, NOW)
    expect(logged).toEqual([['onEvent failed on "webhook"', new Error('no')]])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that never ends is not waited for', async () => {
    const telling = tell(forEver, DETAILS, NOW)
    await vi.advanceTimersByTimeAsync(2000)
    await telling
    expect(logged).toEqual([['onEvent failed on "webhook"', 'it takes too long']])
  })

  it('that throws after all that time is no unhandled rejection', async () => {
    const listener = () =>
      new Promise((_done, fail) => setTimeout(() => fail(new Error('late')), 3000))
    const telling = tell(listener, DETAILS, NOW)
    await vi.advanceTimersByTimeAsync(3000)
    await telling
    expect(logged.map(([, reason]) => reason)).toEqual(['it takes too long', new Error('late')])
  })
})
