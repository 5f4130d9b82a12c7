import { describe, expect, it } from 'vitest'
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
import { refusal } from '../protocol/refusal.ts'

const NOW = 1_790_000_000
const MAX_COOKIE = 4096
const ring = ringOf('transactions')

const transaction = (change: Partial<Transaction> = {}): Transaction => ({
  state: generateState(),
  provider: 'webflow',
  redirectUri: 'https://app.example/auth/webflow/callback',
  returnTo: '/after?a=1',
  ownerKey: null,
  expiresAt: NOW + TRANSACTION_TTL_SECONDS,
  ...change,
})

async function sealed(change?: Partial<Transaction>) {
  const value = transaction(change)
  const name = transactionCookieName(value.state, NOW)
  return { value, name, cookie: await sealTransaction(ring, name, value) }
}

describe('generateState', () => {
  it('never repeats, and holds 256 bits', () => {
    const states = Array.from({ length: 10_000 }, generateState)
    expect(new Set(states).size).toBe(states.length)
    for (const state of states) expect(state).toMatch(/^[\w-]{43,}$/)
  })

  it('uses its characters evenly', () => {
    const counts = new Map<string, number>()
    const states = Array.from({ length: 10_000 }, () => generateState().slice(0, 42))
    for (const character of states.join('')) {
      counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    const expected = (10_000 * 42) / 64
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2, 0)
    expect(counts.size).toBe(64)
    // 63 degrees of freedom: beyond 150 lies less than one run in 10^8.
    expect(chiSquare / expected).toBeLessThan(150)
  })

  it('differs in its public part as well', () => {
    const flows = Array.from({ length: 10_000 }, () => generateState().slice(0, 16))
    expect(new Set(flows).size).toBe(flows.length)
  })
})

describe('a transaction', () => {
  it.each([
    ['a plain one', {}],
    ['one with an owner and PKCE', { ownerKey: 'owner', codeVerifier: 'verifier' }],
    ['one with data of the app', { context: { invitation: 'é🙂', list: [1, null] } }],
    ['one with null for data', { context: null }],
    ['one of a session to come', { ownerId: 'owner', sessionId: 'session' }],
  ])('comes back from its cookie: %s', async (_name, change) => {
    const { value, name, cookie } = await sealed(change)
    expect(await openTransaction(ring, name, cookie)).toEqual(value)
  })

  it('is not readable in its cookie', async () => {
    const { value, cookie } = await sealed({
      codeVerifier: 'canary-verifier',
      ownerId: 'canary-owner',
      sessionId: 'canary-session',
    })
    const bytes = Buffer.from(cookie.replaceAll('.', ''), 'base64url').toString('latin1')
    for (const text of ['canary', 'after', value.state]) expect(bytes + cookie).not.toContain(text)
  })

  it('is judged by its caller when it has expired', async () => {
    const { name, cookie } = await sealed({ expiresAt: 1 })
    expect((await openTransaction(ring, name, cookie))?.expiresAt).toBe(1)
  })

  it('may take at least ten minutes', () => {
    expect(TRANSACTION_TTL_SECONDS).toBeGreaterThanOrEqual(600)
  })

  it.each([
    [
      'the same beginning and another end',
      (state: string) => `${state.slice(0, 16)}${'A'.repeat(27)}`,
    ],
    [
      'another last character',
      (state: string) => state.slice(0, -1) + (state.endsWith('A') ? 'E' : 'A'),
    ],
    ['the beginning alone', (state: string) => state.slice(0, 16)],
    ['one more character', (state: string) => `${state}A`],
    ['other case', (state: string) => state.toUpperCase() + state.toLowerCase().slice(43)],
    ['nothing', () => ''],
    ['another state', () => generateState()],
  ])('does not belong to a state with %s', async (_name, change) => {
    const { value, name, cookie } = await sealed()
    const opened = await openTransaction(ring, name, cookie)
    expect(opened && isStateOf(opened, change(value.state))).toBe(false)
    expect(opened && isStateOf(opened, value.state)).toBe(true)
  })

  it('does not open under the name of another cookie', async () => {
    const { value, cookie } = await sealed()
    for (const name of [
      transactionCookieName(value.state, NOW + 1),
      transactionCookieName(generateState(), NOW),
      '__Host-oauth-session-webflow',
      '',
    ]) {
      expect(await openTransaction(ring, name, cookie)).toBeUndefined()
    }
  })

  it('does not open from a value that was sealed for something else', async () => {
    const { value, name } = await sealed()
    for (const purpose of ['session', 'record'] as const) {
      const foreign = await seal(ring, purpose, name, value)
      expect(await openTransaction(ring, name, foreign)).toBeUndefined()
    }
  })

  it('does not open with other keys', async () => {
    const { name, cookie } = await sealed()
    expect(await openTransaction(ringOf('x'), name, cookie)).toBeUndefined()
  })

  it.each(['', 'x', 'a.b.c.d', '....', 'A'.repeat(4096)])(
    'does not open from garbage (%#)',
    async (cookie) => {
      const name = transactionCookieName(generateState(), NOW)
      expect(await openTransaction(ring, name, cookie)).toBeUndefined()
    },
  )
})

describe('the size of a transaction', () => {
  it('is what a browser keeps, or is refused', async () => {
    let largest = 0
    let refused = 0
    for (let length = 2000; length <= 3200; length += 20) {
      const value = transaction({ context: 'x'.repeat(length) })
      const name = transactionCookieName(value.state, NOW)
      try {
        const cookie = await sealTransaction(ring, name, value)
        expect(refused).toBe(0)
        largest = Math.max(largest, name.length + cookie.length)
        expect(await openTransaction(ring, name, cookie)).toEqual(value)
      } catch (error) {
        expect((await refusal(() => Promise.reject(error))).code).toBe('context_too_large')
        refused++
      }
    }
    expect(largest).toBeLessThanOrEqual(MAX_COOKIE)
    expect(largest).toBeGreaterThan(MAX_COOKIE - 60)
    expect(refused).toBeGreaterThan(0)
  })

  it('may be what a browser just keeps, and no character more', async () => {
    // The ciphertext grows by steps of a base64 quantum, so the name fills in what is left.
    const value = transaction({ context: 'x'.repeat(2000) })
    const { length } = await sealTransaction(ring, 'name', value)
    const name = 'n'.repeat(MAX_COOKIE - length)
    expect(await sealTransaction(ring, name, value)).toHaveLength(length)
    const error = await refusal(() => sealTransaction(ring, `${name}n`, value))
    expect(error.code).toBe('context_too_large')
  })

  it.each([
    ['context', { context: { data: 'x'.repeat(10_000) } }],
    ['returnTo', { returnTo: `/${'x'.repeat(4096)}` }],
    ['session', { sessionId: 's'.repeat(4096) }],
  ])('is refused for too long a %s', async (_name, change) => {
    expect((await refusal(() => sealed(change))).code).toBe('context_too_large')
  })

  it('leaves room for 1 KB of data beside the longest return address', async () => {
    const change = {
      returnTo: `/${'x'.repeat(1023)}`,
      context: 'x'.repeat(1024),
      codeVerifier: 'v'.repeat(43),
      sessionId: 's'.repeat(43),
    }
    for (const owner of [{ ownerKey: 'o'.repeat(32) }, { ownerId: 'i'.repeat(43) }]) {
      await expect(sealed({ ...change, ...owner })).resolves.toBeDefined()
    }
  })
})
