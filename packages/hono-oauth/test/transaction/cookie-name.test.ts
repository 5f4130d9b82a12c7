import { describe, expect, it } from 'vitest'
import {
  evictedTransactionCookies,
  findTransactionCookie,
  listTransactionCookies,
  MAX_TRANSACTIONS,
  transactionCookieName,
} from '../../src/transaction/cookie-name.ts'
import { generateState } from '../../src/transaction/transaction.ts'

const NOW = 1_790_000_000
const FLOW = 'AAAAAAAAAAAAAAAA'
const cookiesAt = (...times: number[]) =>
  listTransactionCookies(times.map((time) => transactionCookieName(generateState(), time)))

describe('the name of a transaction cookie', () => {
  it.each([0, 1, 35, 36, NOW, 4_102_444_800])('tells its age and its flow: %d', (issuedAt) => {
    const state = generateState()
    const name = transactionCookieName(state, issuedAt)
    expect(name).toMatch(/^__Host-oauth-tx-[0-9a-z]+-[\w-]{16}$/)
    expect(listTransactionCookies([name])).toEqual([{ name, issuedAt, flow: state.slice(0, 16) }])
  })

  it('may go without a prefix, and is then none of the others', () => {
    const state = generateState()
    const [usual, plain] = [
      transactionCookieName(state, NOW),
      transactionCookieName(state, NOW, ''),
    ]
    expect(plain).toMatch(/^oauth-tx-[0-9a-z]+-[\w-]{16}$/)
    const found = { issuedAt: NOW, flow: state.slice(0, 16) }
    const names = [usual, plain, `x${plain}`]
    expect(listTransactionCookies(names, '')).toEqual([{ name: plain, ...found }])
    expect(listTransactionCookies(names)).toEqual([{ name: usual, ...found }])
  })

  it('keeps most of the state to itself', () => {
    const state = generateState()
    const name = transactionCookieName(state, NOW)
    expect(name).not.toContain(state.slice(16))
    expect(name).not.toContain(state.slice(0, 17))
  })
})

describe('listTransactionCookies', () => {
  it('puts the oldest first, wherever it stands', () => {
    const times = [NOW + 5, NOW, NOW + 36 ** 3, NOW + 1, 9]
    const sorted = times.toSorted((a, b) => a - b)
    expect(cookiesAt(...times).map(({ issuedAt }) => issuedAt)).toEqual(sorted)
  })

  it.each([
    '',
    'session',
    '__Host-oauth-session-webflow',
    '__Host-oauth-tx-',
    '__Host-oauth-tx--',
    `__Host-oauth-tx--${FLOW}`,
    `__Host-oauth-tx-${FLOW}`,
    '__Host-oauth-tx-abc',
    '__Host-oauth-tx-abc-',
    '__Host-oauth-tx-abc-AAAAAAAAAAAAAAA',
    '__Host-oauth-tx-abc-AAAAAAAAAAAAAAAAA',
    '__Host-oauth-tx-abc-AAAAAAAAAAAAAAA.',
    '__Host-oauth-tx-abc-AAAAAAAAAAAAAAAé',
    '__Host-oauth-tx-abc-AAAAAAAA AAAAAAA',
    `__Host-oauth-tx-abc-${FLOW}\n`,
    `__Host-oauth-tx-abc-${FLOW} `,
    `__Host-oauth-tx-ABC-${FLOW}`,
    `__Host-oauth-tx--1-${FLOW}`,
    `__Host-oauth-tx-1.5-${FLOW}`,
    `__Host-oauth-tx-1e9+-${FLOW}`,
    `__Host-oauth-tx-٣-${FLOW}`,
    `__Host-oauth-tx-${'z'.repeat(13)}-${FLOW}`,
    `__Host-oauth-tx-${'9'.repeat(400)}-${FLOW}`,
    `__Host-oauth-tx-${'0'.repeat(100_000)}-${FLOW}`,
    `__host-oauth-tx-abc-${FLOW}`,
    `__Secure-oauth-tx-abc-${FLOW}`,
    `oauth-tx-abc-${FLOW}`,
    ` __Host-oauth-tx-abc-${FLOW}`,
    `x__Host-oauth-tx-abc-${FLOW}`,
    '__proto__',
  ])('ignores a name that is not ours (%#)', (name) => {
    const ours = transactionCookieName(generateState(), NOW)
    expect(listTransactionCookies([name, ours, name]).map((cookie) => cookie.name)).toEqual([ours])
  })

  it('reads every age it finds as a finite number', () => {
    const [cookie] = listTransactionCookies([`__Host-oauth-tx-${'z'.repeat(12)}-${FLOW}`])
    expect(Number.isFinite(cookie?.issuedAt ?? 0)).toBe(true)
  })

  it('finds nothing among nothing', () => {
    expect(listTransactionCookies([])).toEqual([])
  })
})

describe('findTransactionCookie', () => {
  it('finds the cookie of a state among others', () => {
    const states = Array.from({ length: 5 }, generateState)
    const names = states.map((state, index) => transactionCookieName(state, NOW - index))
    const cookies = listTransactionCookies(names)
    for (const [index, state] of states.entries()) {
      expect(findTransactionCookie(cookies, state)?.name).toBe(names[index])
    }
  })

  it.each(['', 'A', FLOW.slice(1), `${FLOW}x`.slice(1), FLOW.toLowerCase(), 'é'.repeat(16)])(
    'finds none for %j',
    (state) => {
      const cookies = listTransactionCookies([transactionCookieName(`${FLOW}rest`, NOW)])
      expect(findTransactionCookie(cookies, state)).toBeUndefined()
    },
  )
})

describe('evictedTransactionCookies', () => {
  const TOTAL = 10_000
  const times = (count: number) => Array.from({ length: count }, (_, index) => NOW - index)
  const ages = (cookies: readonly { issuedAt: number }[]) => cookies.map(({ issuedAt }) => issuedAt)

  it('leaves room for one more login', () => {
    expect(MAX_TRANSACTIONS).toBe(10)
    for (let count = 0; count <= 30; count++) {
      const cookies = cookiesAt(...times(count))
      const evicted = evictedTransactionCookies(cookies, () => 100, 100)
      expect(cookies.length - evicted.length + 1).toBe(Math.min(count + 1, MAX_TRANSACTIONS))
    }
  })

  it('lets the oldest go', () => {
    const shuffled = Array.from({ length: 12 }, (_, index) => NOW + ((index * 7) % 12))
    const evicted = evictedTransactionCookies(cookiesAt(...shuffled), () => 100, 100)
    expect(ages(evicted)).toEqual([NOW, NOW + 1, NOW + 2])
  })

  it.each([
    ['as many as there may be', 1000, 1000, 9],
    ['one character over', 1000, 1001, 8],
    ['two large ones', 4000, 2000, 2],
    ['two large ones and a character', 4000, 2001, 1],
    ['one as large as the rest', 8000, 2000, 1],
    ['only the one that comes', 100, TOTAL, 0],
    ['only the one that comes, though it is too large', 100, TOTAL + 1, 0],
    ['all but one character of room', 9, TOTAL - 80, 8],
  ])('keeps all of them under 10 000 characters: %s', (_name, size, coming, kept) => {
    const cookies = cookiesAt(...times(9))
    const evicted = evictedTransactionCookies(cookies, () => size, coming)
    expect(evicted).toEqual(cookies.slice(0, cookies.length - kept))
  })

  it('asks for the size of each by its name, and keeps no older one than the first to go', () => {
    const cookies = cookiesAt(NOW, NOW + 1, NOW + 2, NOW + 3)
    const sizes = [10, 9000, 10, 3000]
    const asked: string[] = []
    const sizeOf = (name: string) => {
      asked.push(name)
      return sizes[cookies.findIndex((cookie) => cookie.name === name)] ?? Number.NaN
    }
    expect(ages(evictedTransactionCookies(cookies, sizeOf, 1000))).toEqual([NOW, NOW + 1])
    expect(asked.every((name) => cookies.some((cookie) => cookie.name === name))).toBe(true)
  })

  it('has nothing to let go when there is nothing', () => {
    expect(evictedTransactionCookies([], () => TOTAL, TOTAL)).toEqual([])
  })
})
