import { describe, expect, it } from 'vitest'
import { ConnectionDocuments } from '../../src/connections/documents.ts'
import type { AskingSession, DocumentAddress } from '../../src/connections/home.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal } from '../protocol/refusal.ts'
import { adding, NOW, owner, record, recordingStore, ring, setup } from './support.ts'

const FIRST = { shown: [], next: 'first', chosenAt: NOW - 30, since: NOW - 30 }
const KEY = `connections/p/${owner.key}`

const as = (session?: AskingSession): DocumentAddress['owner'] => ({ ...owner, session })
const at = (session?: AskingSession): DocumentAddress => ({ provider: 'p', owner: as(session) })

describe('a document that a browser session opens', () => {
  async function opened(store = memoryStore(), clock = { now: NOW }) {
    const documents = new ConnectionDocuments(store, ring, () => clock.now)
    await documents.update(at(FIRST), adding(record('one')))
    const grantsFor = async (session?: AskingSession) =>
      (await documents.read(at(session))).connections.map(({ grantId }) => grantId)
    return { documents, grantsFor, clock, store }
  }

  it('shows itself to that one, to none before or beside it, and to whoever needs none', async () => {
    const { grantsFor } = await opened()
    expect(await grantsFor({ shown: ['first'] })).toEqual(['one'])
    expect(await grantsFor()).toEqual(['one'])
    for (const other of [{ shown: [] }, { shown: ['other'] }, { shown: [], next: 'other' }]) {
      expect(await grantsFor(other)).toEqual([])
    }
  })

  it('opens to the next one alone once that has logged in', async () => {
    const { documents, grantsFor } = await opened()
    await documents.update(at({ shown: ['first'], next: 'second' }), adding(record('two')))
    expect(await grantsFor({ shown: ['first'] })).toEqual([])
    expect(await grantsFor({ shown: ['second'] })).toEqual(['one', 'two'])
    // A change by whoever needs no session leaves it to whom it was.
    await documents.update(at(), adding(record('three')))
    expect(await grantsFor({ shown: ['second'] })).toEqual(['one', 'two', 'three'])
    expect(await grantsFor({ shown: ['first'] })).toEqual([])
  })

  it('shows a late copy to the session that came after its own', async () => {
    const { grantsFor } = await opened()
    expect(await grantsFor({ shown: ['second', 'first'] })).toEqual(['one'])
  })

  it('is not changed by another one, and tells which of the two was faster', async () => {
    const { store, log } = recordingStore()
    const { documents } = await opened(store)
    log.splice(0)
    for (const [session, code] of [
      [{ shown: [] }, 'owner_mismatch'],
      [{ shown: ['other'] }, 'owner_mismatch'],
      [{ shown: ['other'], next: 'later', since: NOW + 61 }, 'owner_mismatch'],
      [{ shown: ['other'], next: 'later', since: NOW + 60 }, 'login_overtaken'],
      [{ shown: ['other'], next: 'later', since: NOW - 1 }, 'login_overtaken'],
    ] as const) {
      const change = () => documents.update(at(session), adding(record('two')))
      expect((await refusal(change)).code).toBe(code)
    }
    expect(log).toEqual(Array(5).fill(`get ${KEY}`))
  })

  it('takes logins that are to end in one session in any order', async () => {
    const { documents, grantsFor } = await opened()
    const both = { shown: ['first'], next: 'second', chosenAt: NOW }
    await documents.update(at(both), adding(record('two')))
    await documents.update(at(both), adding(record('three')))
    expect(await grantsFor({ shown: ['second'] })).toEqual(['one', 'two', 'three'])
  })

  it.each([
    ['the session has begun', [NOW, NOW + 61]],
    ['its own was chosen', [NOW - 61, NOW + 1]],
  ] as const)(
    'takes none of them more than a minute after %s',
    async (_name, [chosenAt, later]) => {
      const { documents, clock } = await opened()
      const both = { shown: ['first'], next: 'second', chosenAt: NOW, since: NOW }
      await documents.update(at(both), adding(record('two')))
      clock.now = later
      const late = documents.update(at({ ...both, chosenAt }), adding(record('three')))
      expect((await refusal(() => late)).code).toBe('login_overtaken')
    },
  )

  it('counts that minute from the first of them', async () => {
    const { documents, clock } = await opened()
    const both = (chosenAt: number) => ({ shown: ['first'], next: 'second', chosenAt, since: NOW })
    for (const grant of ['two', 'three']) {
      await documents.update(at(both(clock.now)), adding(record(grant)))
      clock.now += 50
    }
    const late = documents.update(at(both(clock.now)), adding(record('four')))
    expect((await refusal(() => late)).code).toBe('login_overtaken')
  })

  it('ends with the latest of the sessions, whoever writes in between', async () => {
    const { documents } = await opened()
    const ending = async (expiresAt?: number) => {
      const address = at()
      const owned = { ...address, owner: { ...address.owner, expiresAt } }
      await documents.update(owned, adding(record('x')))
      return (await documents.read(at())).expiresAt
    }
    expect(await ending(NOW + 50)).toBe(NOW + 50)
    expect(await ending(NOW + 90)).toBe(NOW + 90)
    expect(await ending(NOW + 50)).toBe(NOW + 90)
    expect(await ending()).toBe(NOW + 90)
  })

  it('is nobody else to whom it does not open, but to log in again', async () => {
    const { grantsFor, store } = await opened()
    await store.put(KEY, 'what nobody can open', {})
    for (const session of [{ shown: [] }, { shown: ['first'] }, { shown: ['other'] }]) {
      expect(await grantsFor(session)).toEqual([''])
    }
  })
})

describe('a login whose session was replaced', () => {
  it('gives back what it won, and leaves what is there', async () => {
    const { store, log } = recordingStore()
    const { login, engine, clock } = setup({ store, log })
    const { id } = await login('one', 'token', as(FIRST))
    log.splice(0)
    clock.now += 61
    const late = as({ shown: ['other'], next: 'late', since: clock.now })
    expect((await refusal(() => login('two', 'late', late))).code).toBe('owner_mismatch')
    expect(log).toEqual(['authorize', `get ${KEY}`, `get ${KEY}`, 'revoke two:late'])
    expect((await engine.listAt(owner, 'p')).map((one) => one.id)).toEqual([id])
  })

  it('gives nothing back that would end what is there', async () => {
    const { login, log } = setup({ provider: { revokesWholeGrant: true } })
    await login('one', 'token', as(FIRST))
    log.splice(0)
    const late = as({ shown: ['other'], next: 'late', since: NOW })
    expect((await refusal(() => login('one', 'late', late))).code).toBe('login_overtaken')
    expect(log.filter((line) => line.startsWith('revoke'))).toEqual([])
  })

  it('ends no connection, and is told nothing of it', async () => {
    const { login, engine } = setup()
    const { id } = await login('one', 'token', as(FIRST))
    const stale = as({ shown: ['other'] })
    expect((await refusal(() => engine.disconnect(stale, id))).code).toBe('connection_unknown')
    expect(await engine.listAt(stale, 'p')).toEqual([])
    expect(await engine.disconnect(as({ shown: ['first'] }), id)).toBe('revoked')
  })

  it('does not take from a request what it has in hand', async () => {
    const { login, engine } = setup()
    await login('one', 'token', as(FIRST))
    const [held] = await engine.listAt(as({ shown: ['first'] }), 'p')
    await login('two', 'token', as({ shown: ['first'], next: 'second' }))
    expect(await held?.revoke()).toBe('revoked')
  })
})
