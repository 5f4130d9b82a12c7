import type { Store } from 'hono-oauth'
import { cachedStore } from 'hono-oauth/stores/cached'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { fakeClock, workersKv } from 'hono-oauth/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { createPeople, type People, Person } from '../rig/person.ts'

const OWNED = { owner: () => 'ada' }

let clock: ReturnType<typeof fakeClock>
let people: People
beforeEach(async () => {
  clock = fakeClock()
  people = await createPeople(clock)
})

/** Two locations over one Workers KV, each with an isolate of its own; and a person at the first of them. */
function setup(config = {}, wrap: (kv: Store) => Store = (kv) => kv) {
  const kv = workersKv({ now: clock.now })
  const at = (name: string) => people.isolate(wrap(kvStore(kv.location(name), clock)), config)
  const [fra, iad] = [at('fra'), at('iad')]
  const person = new Person(fra, people)
  function go(seconds: number, place: typeof fra): void {
    clock.advance(seconds)
    person.at = place
  }
  return { fra, iad, person, go }
}

describe('a store whose copies are late', () => {
  it('opens to a session that is newer than the copy, and lets it log in', async () => {
    const { fra, iad, person, go } = setup()
    await person.connect('ada:1')
    go(5, iad)
    await person.accounts()
    go(5, fra)
    await person.connect('bob:1')
    go(5, iad)
    expect(await person.accounts()).toContain('ada')
    expect(await person.connect('eve:1')).toBe('303')
    clock.advance(100)
    expect(person.browser.hasSession()).toBe(true)
    expect(await person.accounts()).toContain('ada')
  })

  it('shows the newer session what the copy holds, and the older one nothing once the copy is new', async () => {
    const { iad, person } = setup()
    await person.connect('ada:1')
    const before = person.copy()
    before.at = iad
    expect(await before.accounts()).toEqual(['ada'])
    clock.advance(10)
    await person.connect('ada:2')
    person.at = iad
    for (const seconds of [0, 49, 12]) {
      clock.advance(seconds)
      expect(await person.accounts()).toEqual(['ada'])
    }
    expect(await before.accounts()).toEqual([])
  })

  it('opens to a newer session as a cache in front of a consistent store', async () => {
    const database = memoryStore(clock)
    const { fra, iad, person, go } = setup({}, (kv) => cachedStore(database, kv))
    await person.connect('ada:1')
    go(600, iad)
    await person.use()
    go(2, fra)
    await person.connect('ada:2')
    go(2, iad)
    expect(await person.use()).toBe('ada:1')
    clock.advance(150)
    expect(await person.use()).toBe('ada:2')
  })

  it('keeps a login at another location when a read here finds that a token has ended, told once', async () => {
    people.wire.editToken(({ refresh_token: _none, ...json }) => ({ ...json, expires_in: 3600 }))
    const { iad, person } = setup(OWNED)
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
    expect(iad.ran.events.map(({ type }) => type)).toEqual(['needs_reauth'])
    clock.advance(120)
    expect(await person.use()).toBe('ada:2')
    expect((await elsewhere())[0]?.health).toBe('active')
  })

  it('takes a new login although the provider issues the same token again', async () => {
    people.repeatToken()
    let refused = false
    people.wire.intercept(({ url }) =>
      refused && url.pathname === '/api/me'
        ? new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
        : undefined,
    )
    const { person } = setup(OWNED)
    await person.connect('ada:same')
    refused = true
    expect(await person.use()).toBe('needs_reauth')
    refused = false
    clock.advance(2)
    expect(await person.use()).toBe('needs_reauth')
    expect(await person.connect('ada:same')).toBe('303')
    expect(await person.use()).toBe('ada:same')
  })
})
