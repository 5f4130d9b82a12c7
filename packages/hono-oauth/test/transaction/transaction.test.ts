import { expect, it } from 'vitest'
import { seal } from '../../src/crypto/seal.ts'
import { transactionCookieName } from '../../src/transaction/cookie-name.ts'
import {
  generateState,
  isStateOf,
  openTransaction,
  sealTransaction,
  TRANSACTION_TTL_SECONDS,
  type Transaction,
} from '../../src/transaction/transaction.ts'
import { ringOf } from '../crypto/keys.ts'

const NOW = 1_790_000_000
const STATE = 'mGqdyVj4RIoZ-1u0_7xvKbTzSPEhWcNfLaXQ93MtFwY'
const NAME = transactionCookieName(STATE, NOW)
const TOO_LARGE = { code: 'context_too_large' }
const ring = ringOf('transactions')

const transaction = (change: Partial<Transaction> = {}): Transaction => ({
  state: STATE,
  provider: 'webflow',
  redirectUri: 'https://app.example/auth/webflow/callback',
  returnTo: '/after?a=1',
  ownerKey: null,
  expiresAt: NOW + TRANSACTION_TTL_SECONDS,
  ...change,
})

const states = Array.from({ length: 10_000 }, generateState)

it('a state holds 256 bits and never repeats, nor does its public part', () => {
  for (const state of states) expect(state).toMatch(/^[\w-]{43}$/)
  expect(new Set(states.map((state) => state.slice(0, 16))).size).toBe(states.length)
})

it('a state uses its characters evenly', () => {
  const counts = new Map<string, number>()
  for (const character of states.map((state) => state.slice(0, 42)).join('')) {
    counts.set(character, (counts.get(character) ?? 0) + 1)
  }
  const expected = (states.length * 42) / 64
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2, 0)
  expect(counts.size).toBe(64)
  // 63 degrees of freedom: beyond 150 lies less than one run in 10^8.
  expect(chiSquare / expected).toBeLessThan(150)
})

it.each<[string, Partial<Transaction>]>([
  ['one with an owner and PKCE', { ownerKey: 'owner', codeVerifier: 'verifier' }],
  ['one with data of the app', { context: { invitation: 'é🙂', list: [1, null] } }],
  ['one of a session to come', { ownerId: 'owner', sessionId: 'session' }],
  ['one that has expired, which its caller judges', { expiresAt: 1 }],
])('a transaction comes back from its cookie: %s', async (_name, change) => {
  const cookie = await sealTransaction(ring, NAME, transaction(change))
  expect(await openTransaction(ring, NAME, cookie)).toEqual(transaction(change))
})

it('a transaction may take at least ten minutes', () => {
  expect(TRANSACTION_TTL_SECONDS).toBeGreaterThanOrEqual(600)
})

it.each([
  ['that very one', STATE, true],
  ['the same beginning and another end', `${STATE.slice(0, 16)}${'A'.repeat(27)}`, false],
  ['another last character', `${STATE.slice(0, -1)}U`, false],
  ['the beginning alone', STATE.slice(0, 16), false],
  ['one more character', `${STATE}A`, false],
  ['nothing', '', false],
])('a transaction belongs to its state alone: %s', (_name, state, isIts) => {
  expect(isStateOf(transaction(), state)).toBe(isIts)
})

it.each([
  ['its own', NAME, 'transaction', ring],
  ['a later login', transactionCookieName(STATE, NOW + 1), 'transaction', ring],
  ['another login', transactionCookieName(generateState(), NOW), 'transaction', ring],
  ['a session', NAME, 'session', ring],
  ['a record', NAME, 'record', ring],
  ['an app with other keys', NAME, 'transaction', ringOf('other')],
] as const)('a transaction opens from its cookie alone: %s', async (kind, name, purpose, keys) => {
  const cookie = await seal(keys, purpose, name, transaction())
  const expected = kind === 'its own' ? transaction() : undefined
  expect(await openTransaction(ring, NAME, cookie)).toEqual(expected)
})

it('a cookie is at most as long as browsers keep', async () => {
  // The ciphertext grows by steps of a base64 quantum, so the name fills in what is left.
  const value = transaction({ context: 'x'.repeat(2000) })
  const { length } = await sealTransaction(ring, 'name', value)
  const name = 'n'.repeat(4096 - length)
  expect(await sealTransaction(ring, name, value)).toHaveLength(length)
  await expect(sealTransaction(ring, `${name}n`, value)).rejects.toMatchObject(TOO_LARGE)
})

it('a cookie leaves room for 1 KB of data beside the longest return address', async () => {
  const value = transaction({
    returnTo: `/${'x'.repeat(1023)}`,
    context: 'x'.repeat(1024),
    codeVerifier: 'v'.repeat(43),
    ownerKey: 'o'.repeat(32),
    ownerId: 'i'.repeat(43),
    sessionId: 's'.repeat(43),
  })
  await expect(sealTransaction(ring, NAME, value)).resolves.toBeDefined()
})
