import type { Store } from 'hono-oauth'
import { cachedStore } from 'hono-oauth/stores/cached'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { fakeClock, workersKv } from 'hono-oauth/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { isolate, Person, PlainProvider } from './person.ts'

const DAY = 86_400
const OWNED = { owner: () => 'ada' }

let clock: ReturnType<typeof fakeClock>
let provider: PlainProvider
beforeEach(() => {
  clock = fakeClock()
  provider = new PlainProvider()
})

const inMemory = () => new Person(isolate(memoryStore(clock), clock.now, provider), clock.now)

/** Two locations over one Workers KV, each with an isolate of its own. */
function locations(config = {}, wrap: (kv: Store) => Store = (kv) => kv) {
  const kv = workersKv({ now: clock.now })
  const at = (name: string) =>
    isolate(wrap(kvStore(kv.location(name))), clock.now, provider, config)
  return [at('fra'), at('iad')] as const
}

describe('where copies are late', () => {
  it('a session that is newer than the copy sees it, and may log in there', async () => {
    const [fra, iad] = locations()
    const person = new Person(fra, clock.now)
    await person.connect('ada:1')
    clock.advance(5)
    person.at = iad
    await person.accounts()
    clock.advance(5)
    person.at = fra
    await person.connect('bob:1')
    clock.advance(5)
    person.at = iad
    expect(await person.accounts()).toContain('ada')
    expect(await person.connect('eve:1')).toBe('303')
    clock.advance(100)
    expect(person.browser.hasSession()).toBe(true)
    expect(await person.accounts()).toContain('ada')
  })

  it('so it does with a cache in front of a store that is not', async () => {
    const database = memoryStore(clock)
    const [fra, iad] = locations({}, (kv) => cachedStore(database, kv))
    const person = new Person(fra, clock.now)
    await person.connect('ada:1')
    clock.advance(600)
    person.at = iad
    await person.use()
    clock.advance(2)
    person.at = fra
    await person.connect('ada:2')
    clock.advance(2)
    person.at = iad
    expect(await person.use()).toBe('ada:1')
    clock.advance(150)
    expect(await person.use()).toBe('ada:2')
  })

  it('looking at a token that has ended undoes no login elsewhere, and is told once', async () => {
    provider.answer = (code) => ({ access_token: code, expires_in: 3600 })
    const [fra, iad] = locations(OWNED)
    const person = new Person(fra, clock.now)
    await person.connect('ada:1')
    clock.advance(3590)
    const elsewhere = () => iad.oauth.connections({}).list({ owner: 'ada' })
    expect((await elsewhere())[0]?.health).not.toBe('needs_reauth')
    clock.advance(15)
    await person.connect('ada:2')
    clock.advance(5)
    for (let time = 0; time < 3; time++) {
      expect((await elsewhere())[0]?.health).toBe('needs_reauth')
    }
    expect(iad.events.map(({ type }) => type)).toEqual(['needs_reauth'])
    clock.advance(120)
    expect(await person.use()).toBe('ada:2')
    expect((await elsewhere())[0]?.health).toBe('active')
  })
})

describe('a session', () => {
  it('that somebody took away with a login on its way is shared for a minute, not for ever', async () => {
    const victim = inMemory()
    const state = await victim.begin()
    const attacker = victim.copy()
    await attacker.finish(state, 'mallory:1')
    for (let count = 0; count < 20; count++) {
      clock.advance(55)
      await victim.begin()
    }
    clock.advance(55)
    await victim.connect('alice:1')
    expect(await attacker.accounts()).toEqual(['mallory'])
    expect(await victim.accounts()).toEqual(['alice'])
  })

  it('cannot be joined by the login of somebody else who kept its state, after a minute', async () => {
    const victim = inMemory()
    const store = memoryStore(clock)
    victim.at = isolate(store, clock.now, provider)
    const state = await victim.begin()
    const attacker = victim.copy()
    // Another isolate knows nothing of the states that this one has seen.
    attacker.at = isolate(store, clock.now, provider)
    await victim.finish(state, 'alice:1')
    clock.advance(61)
    expect(await attacker.finish(state, 'mallory:1')).toBe('login_overtaken')
    expect(await attacker.accounts()).toEqual([])
    expect(await victim.accounts()).toEqual(['alice'])
  })

  it('is not told as connected when it is not, though the provider gives the same token again', async () => {
    provider.answer = () => ({ access_token: 'ada:same' })
    const person = inMemory()
    await person.connect('c1')
    clock.advance(100)
    // The answer to this one is lost.
    await person.copy().connect('c2')
    clock.advance(100)
    expect(await person.connect('c3')).toBe('owner_mismatch')
    clock.advance(100)
    expect(await person.connect('c4')).toBe('303')
    expect(await person.accounts()).toEqual(['ada'])
  })

  it('is not put back by the answer to a request from before it', async () => {
    const person = inMemory()
    await person.connect('ada:1')
    clock.advance(DAY + 3600)
    let resolve = () => {}
    provider.held = new Promise<void>((done) => {
      resolve = done
    })
    const before = person.copy()
    const slow = before.browser.request('/use')
    await person.connect('bob:1')
    resolve()
    expect((await slow).status).toBe(200)
    expect((await slow).headers.getSetCookie()).toEqual([])
    provider.held = undefined
    expect(await person.accounts()).toEqual(expect.arrayContaining(['ada', 'bob']))
    // One that nothing came after is noted as used.
    clock.advance(DAY + 3600)
    expect((await person.browser.request('/use')).headers.getSetCookie()).toHaveLength(1)
  })

  it('ends 30 days after its first login, whoever logs in with it', async () => {
    const victim = inMemory()
    await victim.connect('alice:1')
    const thief = victim.copy()
    for (let count = 0; count < 3; count++) {
      clock.advance(10 * DAY)
      await thief.connect(`mallory:${count}`)
    }
    expect(await thief.accounts()).toEqual(['mallory'])
  })

  it('is another one for routes that are mounted elsewhere', async () => {
    const [first, second] = [memoryStore(clock), memoryStore(clock)].map((store, index) =>
      isolate(store, clock.now, provider, index === 0 ? {} : { basePath: '/api/auth' }),
    )
    if (!first || !second) throw new Error('two are made')
    const person = new Person(first, clock.now)
    await person.connect('ada:1')
    person.at = second
    await person.connect('bob:1', '/api/auth')
    expect(await person.accounts('/api/auth')).toEqual(['bob'])
    person.at = first
    expect(await person.accounts()).toEqual(['ada'])
    expect(person.browser.cookieNames().toSorted()).toEqual([
      '__Host-oauth-session-api.auth.p',
      '__Host-oauth-session-p',
    ])
  })
})
