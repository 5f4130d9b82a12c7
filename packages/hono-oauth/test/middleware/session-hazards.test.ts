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

  it('a new login helps, though the provider gives the same token again', async () => {
    provider.answer = () => ({ access_token: 'ada:same' })
    let refused = false
    const [fra] = locations({
      ...OWNED,
      fetch: async (url: string, init: RequestInit) =>
        refused && url.endsWith('/api')
          ? new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer' } })
          : provider.fetch(url, init),
    })
    const person = new Person(fra, clock.now)
    await person.connect('c1')
    refused = true
    expect(await person.use()).toBe('needs_reauth')
    refused = false
    clock.advance(2)
    expect(await person.use()).toBe('needs_reauth')
    expect(await person.connect('c2')).toBe('303')
    expect(await person.use()).toBe('ada:same')
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

  it.each([
    ['late', 30, 300],
    ['later still', 61, 0],
  ])(
    'cannot be joined by a copy of its login that is finished %s',
    async (_name, after, before) => {
      const victim = inMemory()
      const store = memoryStore(clock)
      victim.at = isolate(store, clock.now, provider)
      const state = await victim.begin()
      const attacker = victim.copy()
      // Another isolate knows nothing of the states that this one has seen.
      attacker.at = isolate(store, clock.now, provider)
      clock.advance(before)
      await victim.finish(state, 'alice:1')
      clock.advance(after)
      expect(await attacker.finish(state, 'mallory:1')).toBe('login_overtaken')
      expect(await attacker.accounts()).toEqual([])
      expect(await victim.accounts()).toEqual(['alice'])
    },
  )

  it('is not kept shared by one login after the other', async () => {
    const store = memoryStore(clock)
    const victim = new Person(isolate(store, clock.now, provider), clock.now)
    const state = await victim.begin()
    const attacker = victim.copy()
    attacker.at = isolate(store, clock.now, provider)
    const stock = [state]
    for (let count = 0; count < 9; count++) stock.push(await attacker.begin())
    for (let count = 0; count < 9; count++) {
      clock.advance(55)
      await attacker.finish(stock.pop() ?? '', 'mallory:1')
    }
    clock.advance(50)
    expect(await victim.finish(state, 'alice:1')).toBe('login_overtaken')
    expect(await attacker.accounts()).not.toContain('alice')
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

  it('is not put back by a list either, whose page takes its time', async () => {
    const person = inMemory()
    await person.connect('ada:1')
    clock.advance(DAY + 3600)
    let resolve = () => {}
    provider.held = new Promise<void>((done) => {
      resolve = done
    })
    const arrive = person.send((tab) => tab.browser.request('/list'))
    expect(await person.connect('bob:1')).toBe('303')
    resolve()
    await arrive()
    expect(await person.accounts()).toEqual(expect.arrayContaining(['ada', 'bob']))
    // Where nothing else is ever used, a list keeps it alive all the same.
    for (let count = 0; count < 3; count++) {
      clock.advance(8 * DAY)
      expect((await person.browser.request('/list')).status).toBe(200)
    }
    expect(await person.accounts()).toHaveLength(2)
  })

  it('is kept by a login that was refused while the new one was on its way', async () => {
    let resolve = () => {}
    let held: Promise<void> | undefined
    const store = memoryStore(clock)
    const config = { onConnected: () => held }
    const person = new Person(isolate(store, clock.now, provider, config), clock.now)
    await person.connect('ada:1')
    clock.advance(100)
    const first = await person.begin()
    clock.advance(70)
    held = new Promise<void>((done) => {
      resolve = done
    })
    const arrive = person.send((tab) => tab.finish(first, 'bob:1'))
    // Stored, and its answer is held up by the app.
    const stored = async () =>
      (await store.get((await store.list('connections/')).keys[0] ?? ''))?.split('.')[0]
    const before = await stored()
    await expect.poll(stored).not.toBe(before)
    clock.advance(1)
    const second = await person.begin()
    clock.advance(1)
    held = undefined
    const arriveSecond = person.send((tab) => tab.finish(second, 'eve:1'))
    resolve()
    expect(await arrive()).toBe('303')
    expect(await arriveSecond()).toBe('login_overtaken')
    expect(await person.accounts()).toEqual(expect.arrayContaining(['ada', 'bob']))
  })

  it('opens what a token has connected, though the store said that it was not written', async () => {
    const memory = memoryStore(clock)
    let isBroken = false
    const store: Store = {
      ...memory,
      async compareAndSwap(...change) {
        const isSwapped = (await memory.compareAndSwap?.(...change)) ?? false
        if (isBroken) throw new Error('the connection to the database was lost')
        return isSwapped
      },
    }
    const person = new Person(isolate(store, clock.now, provider), clock.now)
    await person.connect('ada:1')
    clock.advance(100)
    isBroken = true
    expect(await person.paste('bob:pasted')).toBe(503)
    isBroken = false
    clock.advance(100)
    expect(await person.accounts()).toEqual(expect.arrayContaining(['ada', 'bob']))
  })

  it('goes out with the answer of an error handler too', async () => {
    const person = inMemory()
    expect(await person.paste('ada:fails')).toBe(500)
    expect(await person.accounts()).toEqual(['ada'])
  })

  it('is one for logins of one provider that begin around that of another', async () => {
    const person = inMemory()
    await person.connect('ada:1')
    clock.advance(100)
    const one = await person.begin('/auth', 'q')
    await person.begin()
    const two = await person.begin('/auth', 'q')
    const arrive = [
      person.send((tab) => tab.finish(one, 'one:1', '/auth', 'q')),
      person.send((tab) => tab.finish(two, 'two:1', '/auth', 'q')),
    ]
    for (const each of arrive) expect(await each()).toBe('303')
    expect((await person.accounts()).toSorted()).toEqual(['ada', 'one', 'two'])
  })

  it('lasts through a login that began in time', async () => {
    const person = inMemory()
    await person.connect('ada:1')
    clock.advance(14 * DAY - 30)
    const state = await person.begin()
    clock.advance(60)
    expect(await person.finish(state, 'bob:1')).toBe('303')
    expect(await person.accounts()).toEqual(expect.arrayContaining(['ada', 'bob']))
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
