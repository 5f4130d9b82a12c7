import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { Purpose } from '../../src/crypto/key-ring.ts'
import { open, seal } from '../../src/crypto/seal.ts'
import { openSession, sealSession, sessionAfterLogin } from '../../src/session/session.ts'
import { transactionCookieName } from '../../src/transaction/cookie-name.ts'
import { isStateOf, openTransaction, sealTransaction, type Transaction } from '../../src/transaction/transaction.ts'
import { ringOf } from '../crypto/keys.ts'
import { garbage, json, mutate, mutation, mutations } from './mutants.ts'
import { fuzz } from './settings.ts'

const NOW = 1_790_000_000
const SESSION_COOKIE = '__Host-oauth-session-webflow'
const ring = ringOf('newest', 'older')

const state = fc.stringMatching(/^[\w-]{43}$/)
const transaction: fc.Arbitrary<Transaction> = fc.record({
  state,
  provider: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
  redirectUri: fc.webUrl(),
  returnTo: fc.webPath({ size: 'small' }),
  ownerKey: fc.option(fc.stringMatching(/^[\w-]{32}$/)),
  context: json,
  expiresAt: fc.nat(),
})
const purpose = fc.constantFrom<Purpose>('transaction', 'session', 'record')
const place = fc.string({ unit: 'binary', maxLength: 40 })

describe('a sealed value', () => {
  fuzz(
    'comes back as it is, and nowhere else',
    [json, purpose, purpose, place, place],
    async (value, one, other, here, there) => {
      const sealed = await seal(ring, one, here, value)
      expect((await open(ring, one, here, sealed))?.value).toEqual(value)
      if (one !== other) expect(await open(ring, other, here, sealed)).toBeUndefined()
      if (here !== there) expect(await open(ring, one, there, sealed)).toBeUndefined()
      expect(await open(ringOf('another'), one, here, sealed)).toBeUndefined()
    },
  )

  fuzz(
    'has no other form, and no neighbour that opens',
    [json, purpose, mutations],
    async (value, purpose, mutations) => {
      const sealed = await seal(ring, purpose, 'place', value)
      const mutant = mutations.reduce(mutate, sealed)
      const opened = await open(ring, purpose, 'place', mutant)
      if (mutant === sealed) expect(opened?.value).toEqual(value)
      else expect(opened).toBeUndefined()
    },
  )

  fuzz(
    'is not put together of two',
    [json, json, fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean())],
    async (one, other, picks) => {
      // The headers are equal, and so it is one of the two that comes of an even pick.
      const [first, second] = [await seal(ring, 'record', 'place', one), await seal(ring, 'record', 'place', other)]
      const [parts, others] = [first.split('.'), second.split('.')]
      const mixed = picks.map((pick, index) => (pick ? parts : others)[index]).join('.')
      const opened = await open(ring, 'record', 'place', mixed)
      if (mixed === first) expect(opened?.value).toEqual(one)
      else if (mixed === second) expect(opened?.value).toEqual(other)
      else expect(opened).toBeUndefined()
    },
  )

  fuzz('does not open from any other text', [garbage, purpose, place], async (text, purpose, place) => {
    expect(await open(ring, purpose, place, text)).toBeUndefined()
  })
})

describe('the cookie of a transaction', () => {
  fuzz(
    'opens under its own name, and in no other form',
    [transaction, mutation, mutation],
    async (value, change, rename) => {
      const name = transactionCookieName(value.state, NOW)
      const cookie = await sealTransaction(ring, name, value)
      expect(await openTransaction(ring, name, cookie)).toEqual(value)
      const [mutant, renamed] = [mutate(cookie, change), mutate(name, rename)]
      if (mutant !== cookie) expect(await openTransaction(ring, name, mutant)).toBeUndefined()
      if (renamed !== name) expect(await openTransaction(ring, renamed, cookie)).toBeUndefined()
    },
  )

  fuzz('belongs to its state alone', [transaction, mutation], (value, change) => {
    const other = mutate(value.state, change)
    expect(isStateOf(value, other)).toBe(other === value.state)
  })
})

describe('the cookie of a session', () => {
  const DAY = 86_400

  fuzz(
    'opens until it ends, and in no other form',
    [state, fc.nat({ max: 40 * DAY }), mutation],
    async (id, later, change) => {
      const session = sessionAfterLogin('owner', id, NOW)
      const cookie = await sealSession(ring, session, SESSION_COOKIE)
      const opened = await openSession(ring, cookie, NOW + later, SESSION_COOKIE)
      const isLive = NOW + later < Math.min(session.expiresAt, session.idleUntil)
      expect(opened?.value).toEqual(isLive ? session : undefined)
      const mutant = mutate(cookie, change)
      if (mutant !== cookie) expect(await openSession(ring, mutant, NOW, SESSION_COOKIE)).toBeUndefined()
    },
  )

  fuzz('is not made of a transaction, nor of anything else', [transaction, garbage], async (value, text) => {
    const foreign = await sealTransaction(ring, SESSION_COOKIE, value)
    expect(await openSession(ring, foreign, NOW, SESSION_COOKIE)).toBeUndefined()
    expect(await openSession(ring, text, NOW, SESSION_COOKIE)).toBeUndefined()
  })
})
