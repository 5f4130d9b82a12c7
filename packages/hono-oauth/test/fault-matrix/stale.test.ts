// What a location of Workers KV does with a copy that another location has overtaken: it may hold such a
// copy for a minute, and cannot know.
import { kvStore } from 'hono-oauth/stores/kv'
import { fakeClock, workersKv } from 'hono-oauth/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { LIFETIME } from '../rig/constants.ts'
import { createPeople, type People, Person } from '../rig/person.ts'

const STALENESS = 60

describe('a copy that is up to a minute old', () => {
  const clock = fakeClock()
  let people: People
  let person: Person
  let there: ReturnType<People['isolate']>

  beforeEach(async () => {
    people = await createPeople(clock, { accessTokenSeconds: LIFETIME })
    const kv = workersKv({ now: clock.now })
    const at = (name: string) => people.isolate(kvStore(kv.location(name), clock))
    there = at('there')
    person = new Person(at('here'), people)
    await person.connect('ada:1')
    clock.advance(5)
  })

  /** Lets the other location read what is there, and something happen here that it cannot see. */
  async function overtake(change: () => Promise<unknown>): Promise<void> {
    const here = person.at
    person.at = there
    await person.accounts()
    person.at = here
    await change()
    clock.advance(5)
    person.at = there
  }
  const leave = () => person.browser.submit('/s/leave/ex-kv')
  const grants = () => people.provider.control.oauthExample.grants().map(({ alive }) => alive)

  it('of a connection that was ended starts a login, and shows nothing of the account', async () => {
    await overtake(leave)
    // The provider refuses the token, and what a renewal is refused for is not known yet.
    expect(['needs_reauth', 'temporarily_unavailable']).toContain(await person.use())
    expect(await person.begin()).toMatch(/^[\w-]{43}$/)
    clock.advance(STALENESS)
    expect(await person.use()).toBe('not_connected')
    expect(grants()).toEqual([false])
  })

  it('of a token that was renewed is renewed again, and overwritten by a login', async () => {
    clock.advance(LIFETIME + 1)
    await overtake(() => person.use())
    expect(await person.use()).toBe('ada:1')
    clock.advance(5)
    expect(await person.connect('ada:2')).toBe('303')
    expect(await person.use()).toBe('ada:2')
  })

  it('can be ended, and is gone everywhere a minute later', async () => {
    clock.advance(LIFETIME + 1)
    await overtake(() => person.use())
    expect((await leave()).status).toBe(200)
    clock.advance(STALENESS)
    expect(await person.use()).toBe('not_connected')
    expect(grants()).toEqual([false])
  })
})
