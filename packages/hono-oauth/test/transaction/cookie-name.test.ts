import { expect, it } from 'vitest'
import {
  evictedTransactionCookies,
  findTransactionCookie,
  listTransactionCookies,
  transactionCookieName,
} from '../../src/transaction/cookie-name.ts'
import { generateState } from '../../src/transaction/transaction.ts'

const NOW = 1_790_000_000
const FLOW = 'AAAAAAAAAAAAAAAA'
const cookiesAt = (times: readonly number[]) =>
  listTransactionCookies(times.map((time) => transactionCookieName(generateState(), time)))
const ages = (cookies: readonly { issuedAt: number }[]) => cookies.map(({ issuedAt }) => issuedAt)
const sorted = (times: readonly number[]) => times.toSorted((a, b) => a - b)
/** Times in no order. */
const timesOf = (count: number) => Array.from({ length: count }, (_, i) => NOW + ((i * 7) % 31))

it.each([0, 1, 35, 36, NOW, 36 ** 11])('a name tells its age and its flow: %d', (issuedAt) => {
  const state = generateState()
  const flow = state.slice(0, 16)
  const name = transactionCookieName(state, issuedAt)
  expect(name).toBe(`__Host-oauth-tx-${issuedAt.toString(36)}-${flow}`)
  expect(listTransactionCookies([name])).toEqual([{ name, issuedAt, flow }])
  // Without a prefix it is the name of another cookie.
  const plain = transactionCookieName(state, issuedAt, '')
  expect(`__Host-${plain}`).toBe(name)
  const listed = listTransactionCookies([name, plain, `x${plain}`], '')
  expect(listed).toEqual([{ name: plain, issuedAt, flow }])
})

it.each([0, 5, 31])('a list of %d cookies has the oldest first', (count) => {
  expect(ages(cookiesAt(timesOf(count)))).toEqual(sorted(timesOf(count)))
})

const zeros = '0'.repeat(100_000)
it.each([
  ...['', 'session', '__proto__', '__Host-oauth-session-webflow', `oauth-tx-abc-${FLOW}`],
  ...['__host-', '__Secure-', ' __Host-', 'x__Host-'].map((each) => `${each}oauth-tx-abc-${FLOW}`),
  ...['', FLOW, 'abc', 'abc-', 'abc-AAAAAAAAAAAAAAA'].map((end) => `__Host-oauth-tx-${end}`),
  ...['A', ' ', '\n', '.'].map((end) => `__Host-oauth-tx-abc-${FLOW}${end}`),
  ...['.', 'é', ' ', '\n'].map((last) => `__Host-oauth-tx-abc-AAAAAAAAAAAAAAA${last}`),
  ...['', '-', 'ABC', '-1', '1.5', '1e9+', '٣', 'zzzzzzzzzzzzz', '9'.repeat(400), zeros].map(
    (time) => `__Host-oauth-tx-${time}-${FLOW}`,
  ),
])('a name that is not ours is ignored (%#)', (name) => {
  const ours = transactionCookieName(generateState(), NOW)
  expect(listTransactionCookies([name, ours, name]).map((cookie) => cookie.name)).toEqual([ours])
})

it('a state finds its own cookie', () => {
  const states = [`${FLOW}rest`, ...Array.from({ length: 5 }, generateState)]
  const names = states.map((state, index) => transactionCookieName(state, NOW - index))
  const cookies = listTransactionCookies(names)
  expect(states.map((state) => findTransactionCookie(cookies, state)?.name)).toEqual(names)
  for (const state of ['', 'A', FLOW.slice(1), `${FLOW}x`.slice(1), FLOW.toLowerCase()]) {
    expect(findTransactionCookie(cookies, state)).toBeUndefined()
  }
})

it.each([
  ['none', 0, 10_000, 10_000, 0],
  ['nine of ten', 10, 100, 100, 9],
  ['nine of thirty', 30, 100, 100, 9],
  ['nine that take all the room', 9, 1000, 1000, 9],
  ['eight of nine, for one character', 9, 1000, 1001, 8],
  ['two large ones', 9, 4000, 2000, 2],
  ['one large one, for one character', 9, 4000, 2001, 1],
  ['none beside a new one that takes all the room', 9, 100, 10_000, 0],
  ['none beside a new one that is too large', 9, 100, 10_001, 0],
])('the newest logins are kept beside a new one, in 10 000 characters: %s', (...row) => {
  const [, count, size, coming, kept] = row
  const evicted = evictedTransactionCookies(cookiesAt(timesOf(count)), () => size, coming)
  expect(ages(evicted)).toEqual(sorted(timesOf(count)).slice(0, count - kept))
})

it('the size of each cookie counts by its name, and none is kept that is older than one that goes', () => {
  const cookies = cookiesAt([NOW, NOW + 1, NOW + 2, NOW + 3])
  const sizes = new Map([10, 9000, 10, 3000].map((size, index) => [cookies[index]?.name, size]))
  const sizeOf = (name: string) => sizes.get(name) ?? Number.NaN
  expect(ages(evictedTransactionCookies(cookies, sizeOf, 1000))).toEqual([NOW, NOW + 1])
})
