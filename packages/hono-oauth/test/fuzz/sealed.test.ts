import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Purpose } from '../../src/crypto/key-ring.ts'
import { open, seal } from '../../src/crypto/seal.ts'
import { createSession, openSession, sealSession } from '../../src/session/session.ts'
import { transactionCookieName } from '../../src/transaction/cookie-name.ts'
import {
  isStateOf,
  openTransaction,
  sealTransaction,
  type Transaction,
} from '../../src/transaction/transaction.ts'
import { ringOf } from '../crypto/keys.ts'
import { garbage, json, mutate, mutation } from './mutants.ts'
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
  it('comes back as it is, and nowhere else', () =>
    fuzz(
      fc.asyncProperty(
        json,
        purpose,
        purpose,
        place,
        place,
        async (value, one, other, here, there) => {
          const sealed = await seal(ring, one, here, value)
          expect(await open(ring, one, here, sealed)).toEqual(value)
          if (one !== other) expect(await open(ring, other, here, sealed)).toBeUndefined()
          if (here !== there) expect(await open(ring, one, there, sealed)).toBeUndefined()
          expect(await open(ringOf('another'), one, here, sealed)).toBeUndefined()
        },
      ),
    ))

  it('has no other form, and no neighbour that opens', () =>
    fuzz(
      fc.asyncProperty(
        json,
        purpose,
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        async (value, purpose, mutations) => {
          const sealed = await seal(ring, purpose, 'place', value)
          const mutant = mutations.reduce(mutate, sealed)
          const opened = await open(ring, purpose, 'place', mutant)
          if (mutant === sealed) expect(opened).toEqual(value)
          else expect(opened).toBeUndefined()
        },
      ),
    ))

  it('is not put together of two', () =>
    fuzz(
      fc.asyncProperty(
        json,
        json,
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()),
        async (one, other, picks) => {
          // The headers are equal, and so it is one of the two that comes of an even pick.
          const [first, second] = [
            await seal(ring, 'record', 'place', one),
            await seal(ring, 'record', 'place', other),
          ]
          const [parts, others] = [first.split('.'), second.split('.')]
          const mixed = picks.map((pick, index) => (pick ? parts : others)[index]).join('.')
          const opened = await open(ring, 'record', 'place', mixed)
          if (mixed === first) expect(opened).toEqual(one)
          else if (mixed === second) expect(opened).toEqual(other)
          else expect(opened).toBeUndefined()
        },
      ),
    ))

  it('is nothing that anybody else wrote', () =>
    fuzz(
      fc.asyncProperty(garbage, purpose, place, async (text, purpose, place) => {
        expect(await open(ring, purpose, place, text)).toBeUndefined()
      }),
    ))
})

describe('the cookie of a transaction', () => {
  it('opens under its own name, and in no other form', () =>
    fuzz(
      fc.asyncProperty(transaction, mutation, mutation, async (value, change, rename) => {
        const name = transactionCookieName(value.state, NOW)
        const cookie = await sealTransaction(ring, name, value)
        expect(await openTransaction(ring, name, cookie)).toEqual(value)
        const [mutant, renamed] = [mutate(cookie, change), mutate(name, rename)]
        if (mutant !== cookie) expect(await openTransaction(ring, name, mutant)).toBeUndefined()
        if (renamed !== name) expect(await openTransaction(ring, renamed, cookie)).toBeUndefined()
      }),
    ))

  it('belongs to its state alone', () =>
    fuzz(
      fc.property(transaction, mutation, (value, change) => {
        const other = mutate(value.state, change)
        expect(isStateOf(value, other)).toBe(other === value.state)
      }),
    ))
})

describe('the cookie of a session', () => {
  const DAY = 86_400

  it('opens until it ends, and in no other form', () =>
    fuzz(
      fc.asyncProperty(state, fc.nat({ max: 40 * DAY }), mutation, async (id, later, change) => {
        const session = createSession({ ownerId: id, id }, NOW)
        const cookie = await sealSession(ring, session, SESSION_COOKIE)
        const opened = await openSession(ring, cookie, NOW + later, SESSION_COOKIE)
        const isLive = NOW + later < Math.min(session.expiresAt, session.idleUntil)
        expect(opened).toEqual(isLive ? session : undefined)
        const mutant = mutate(cookie, change)
        if (mutant !== cookie)
          expect(await openSession(ring, mutant, NOW, SESSION_COOKIE)).toBeUndefined()
      }),
    ))

  it('is not made of a transaction, nor of anything else', () =>
    fuzz(
      fc.asyncProperty(transaction, garbage, async (value, text) => {
        const foreign = await sealTransaction(ring, SESSION_COOKIE, value)
        expect(await openSession(ring, foreign, NOW, SESSION_COOKIE)).toBeUndefined()
        expect(await openSession(ring, text, NOW, SESSION_COOKIE)).toBeUndefined()
      }),
    ))
})
