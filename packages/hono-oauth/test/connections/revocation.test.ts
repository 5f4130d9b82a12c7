import { describe, expect, it } from 'vitest'
import {
  beginRevocation,
  decodeRevocation,
  encodeRevocation,
  isEndedWith,
  isSameRevocation,
  type PendingRevocation,
  postponeRevocation,
} from '../../src/connections/revocation.ts'
import { Secret } from '../../src/secret.ts'
import { fakeProvider, NOW, record } from './support.ts'

const begun = beginRevocation(record('grant'), true, NOW)

/** Everything that follows when each try fails as soon as it is due. */
function failing(random: () => number) {
  const tries = [begun]
  for (let next: PendingRevocation | undefined = begun; next; ) {
    next = postponeRevocation(next, next.attempts === 0 ? NOW : next.retryAt, random)
    if (next) tries.push(next)
  }
  return tries
}

describe('a revocation', () => {
  it('that begins is left to others a minute later', () => {
    expect(begun).toEqual({
      record: record('grant'),
      isDisconnect: true,
      attempts: 0,
      retryAt: NOW + 60,
    })
  })

  it('is tried after pauses that double, up to half a day', () => {
    const times = failing(() => 0).map(({ retryAt }) => retryAt)
    const pauses = times.slice(1).map((at, index) => at - (index === 0 ? NOW : (times[index] ?? 0)))
    const doubling = [60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 30_720]
    expect(pauses).toEqual([...doubling, ...Array(9).fill(43_200)])
  })

  it('is given up with its 20th try, in less than the week for which it is kept', () => {
    const last = failing(() => 1).at(-1)
    expect(last?.attempts).toBe(19)
    expect(last && postponeRevocation(last, last.retryAt, () => 0)).toBeUndefined()
    expect(last?.retryAt).toBeLessThan(NOW + 7 * 86_400)
  })

  it.each([
    [0, 60],
    [0.5, 68],
    [1, 75],
  ])('does not come with all the others: chance %d', (chance, pause) => {
    expect(postponeRevocation(begun, NOW, () => chance)?.retryAt).toBe(NOW + pause)
  })

  it.each([
    [59, 60],
    [3600, 3600],
  ])('waits for as long as the provider asks, %d seconds: %d', (asked, pause) => {
    expect(postponeRevocation(begun, NOW, () => 0, asked)?.retryAt).toBe(NOW + pause)
  })

  it('is known by its token, however often it was tried', () => {
    const later = postponeRevocation(begun, NOW + 9, () => 0)
    expect(later && isSameRevocation(begun, later)).toBe(true)
    const other = beginRevocation(record('grant', 'other'), true, NOW)
    expect(isSameRevocation(begun, other)).toBe(false)
  })

  it('comes back from JSON', () => {
    const back = decodeRevocation(JSON.parse(JSON.stringify(encodeRevocation(begun))))
    expect(back).toEqual(begun)
    expect(back.record.accessToken.reveal()).toBe('canary-grant')
  })
})

describe('the end of a grant', () => {
  const plain = fakeProvider()
  const whole = { ...plain, revokesWholeGrant: true }
  const tokens = (accessToken: string, refreshToken?: string) => ({
    ...record('grant', accessToken),
    refreshToken: refreshToken === undefined ? undefined : new Secret(refreshToken),
  })

  it.each([
    [false, 'other tokens', plain, tokens('a', 'r'), tokens('b', 's')],
    [true, 'the same refresh token', plain, tokens('a', 'r'), tokens('b', 'r')],
    [false, 'another access token without any other', plain, tokens('a'), tokens('b')],
    [true, 'the same access token without any other', plain, tokens('a'), tokens('a')],
    [false, 'a refresh token where there was none', plain, tokens('a'), tokens('a', 'r')],
    [true, 'other tokens, where one ends it all', whole, tokens('a', 'r'), tokens('b', 's')],
    [false, 'the tokens of another grant', whole, tokens('a', 'r'), record('other')],
  ])('is (%s) the end of %s', (expected, _name, provider, one, other) => {
    expect(isEndedWith(provider, one, other)).toBe(expected)
  })
})
