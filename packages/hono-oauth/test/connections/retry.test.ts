import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isTransient, tryPatiently } from '../../src/connections/retry.ts'
import { OAuthError, type OAuthErrorCode } from '../../src/errors.ts'

const TRANSIENT: readonly OAuthErrorCode[] = [
  'provider_unavailable',
  'provider_timeout',
  'provider_response_invalid',
]
const LASTING: readonly OAuthErrorCode[] = [
  'needs_reauth',
  'client_rejected',
  'temporarily_unavailable',
  'store_unavailable',
  'code_rejected',
]

/** Tries that take so many milliseconds and fail so, with pauses that pass at once. */
function failing(
  error: unknown,
  { tookMs = 0, chance = 0, attempts = 3, mayRetry = (): boolean => true } = {},
) {
  const left: number[] = []
  const pauses: number[] = []
  const attempt = async (leftMs: number): Promise<never> => {
    left.push(leftMs)
    vi.setSystemTime(Date.now() + tookMs)
    throw error
  }
  const pause = async (milliseconds: number) => {
    pauses.push(milliseconds)
    vi.setSystemTime(Date.now() + milliseconds)
  }
  const tried = tryPatiently(attempt, { pause, random: () => chance }, { attempts, mayRetry })
  const outcome = tried.catch((thrown: unknown) => thrown)
  return { outcome, left, pauses }
}
const down = (retryAfterSeconds?: number) =>
  new OAuthError('provider_unavailable', { retryAfterSeconds })

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

describe('an error', () => {
  it.each(TRANSIENT)('says nothing of the grant: %s', (code) => {
    expect(isTransient(new OAuthError(code))).toBe(true)
  })

  it.each([...LASTING.map((code) => new OAuthError(code)), new Error('x'), 'x', undefined])(
    'says that another try is no use: %s',
    (error) => {
      expect(isTransient(error)).toBe(false)
    },
  )
})

describe('trying', () => {
  it('is done with the first success, which has all the time there is', async () => {
    const pause = vi.fn(async () => undefined)
    const attempt = vi.fn(async (leftMs: number) => leftMs)
    expect(await tryPatiently(attempt, { pause, random: () => 1 })).toBe(15_000)
    expect([attempt.mock.calls.length, pause.mock.calls.length]).toEqual([1, 0])
  })

  it('ends when something speaks against another try', async () => {
    let tries = 0
    const { outcome, left } = failing(down(), { mayRetry: () => ++tries < 2 })
    expect(await outcome).toMatchObject({ code: 'provider_unavailable' })
    expect(left).toHaveLength(2)
  })

  it.each(TRANSIENT)('goes on three times after %s, and tells the last failure', async (code) => {
    const error = new OAuthError(code)
    const { outcome, left } = failing(error)
    expect(await outcome).toBe(error)
    expect(left).toHaveLength(3)
  })

  it.each(LASTING)('is over with %s', async (code) => {
    const error = new OAuthError(code)
    const { outcome, left, pauses } = failing(error)
    expect(await outcome).toBe(error)
    expect([left.length, pauses]).toEqual([1, []])
  })

  it('is over with an error that nobody expected', async () => {
    const error = new TypeError('x')
    const { outcome, left } = failing(error)
    expect(await outcome).toBe(error)
    expect(left).toHaveLength(1)
  })

  it.each([1, 2])('may be allowed fewer times: %d', async (attempts) => {
    const { outcome, left } = failing(down(), { attempts })
    await outcome
    expect(left).toHaveLength(attempts)
  })

  it.each([
    [0, [0, 0]],
    [0.5, [500, 1000]],
    [1, [1000, 2000]],
  ])('pauses for a part of a time that doubles: %d', async (chance, expected) => {
    const { outcome, left, pauses } = failing(down(), { chance })
    await outcome
    expect(pauses).toEqual(expected)
    const [first = 0, second = 0] = expected
    expect(left).toEqual([15_000, 15_000 - first, 15_000 - first - second])
  })

  it.each([
    [1, [1500, 2000]],
    [10, [10_500]],
  ])('pauses for as long as the provider asks: %d seconds', async (asked, expected) => {
    const { outcome, pauses } = failing(down(asked), { chance: 0.5 })
    await outcome
    expect(pauses).toEqual(expected)
  })

  it.each([10.5, 11, 3600])('does not wait for longer: %d seconds', async (asked) => {
    const error = down(asked)
    const { outcome, left, pauses } = failing(error)
    expect(await outcome).toBe(error)
    expect([left.length, pauses]).toEqual([1, []])
  })

  it.each([
    [4999, 3],
    [5000, 3],
    [5001, 2],
    [7500, 2],
    [7501, 1],
    [14_999, 1],
    [20_000, 1],
  ])('gives each try as long as the last one took, %d ms: %d times', async (tookMs, times) => {
    const { outcome, left } = failing(down(), { tookMs })
    await outcome
    expect(left).toHaveLength(times)
  })
})
