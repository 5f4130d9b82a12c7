import { memoryStore } from 'hono-oauth/stores/memory'
import { fakeClock, faultyStore } from 'hono-oauth/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { DAY } from '../rig/constants.ts'
import { deferred } from '../rig/gate.ts'
import { createPeople, type People, Person } from '../rig/person.ts'

const MINUTE = 60

let clock: ReturnType<typeof fakeClock>
let people: People
beforeEach(async () => {
  clock = fakeClock()
  people = await createPeople(clock)
})

const newcomer = (config = {}) => new Person(people.isolate(memoryStore(clock), config), people)

/** A person who has a session, or none yet. */
async function person(kind: Kind, config = {}): Promise<Person> {
  const one = newcomer(config)
  if (kind === 'a newcomer') return one
  await one.connect('ada:1', '/auth', kind === 'a session' ? 'ex-kv' : 'ex-kv-2')
  clock.advance(100)
  return one
}

const KINDS = ['a newcomer', 'a session'] as const
type Kind = (typeof KINDS)[number] | 'a session at another provider'
const known = (kind: Kind) => (kind === 'a newcomer' ? [] : ['ada'])

/** All orders of some things. */
function orders<T>(things: readonly T[]): T[][] {
  if (things.length < 2) return [[...things]]
  return things.flatMap((first, index) => orders(things.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}

describe('an older copy of the cookies', () => {
  const leads = ['ex-kv', 'ex-kv-2'].flatMap((at) => [1, 5].map((logins) => [logins, at] as const))
  it.each(leads)('that runs ahead by %s logins at %s sees nothing of the next login', async (logins, at) => {
    const victim = newcomer()
    await victim.connect('ada:1')
    const thief = victim.copy()
    for (let count = 1; count <= logins; count++) {
      clock.advance(MINUTE)
      expect(await thief.connect(`mallory:${count}`, '/auth', at)).toBe('303')
    }
    clock.advance(MINUTE)
    expect(await victim.connect('bob:1')).toBe('303')
    expect(await victim.accounts()).toContain('bob')
    expect(await thief.accounts()).not.toContain('bob')
    expect(await thief.connect('eve:1')).toBe('303')
    expect(await thief.accounts()).not.toContain('bob')
    expect(await victim.accounts()).toContain('bob')
    // A session that was taken over is not shared: the victim began anew, or has kept it.
    expect(await victim.accounts()).toEqual(expect.arrayContaining(at === 'ex-kv' ? ['bob'] : ['ada', 'bob']))
    expect(await victim.accounts()).not.toContain('mallory')
  })

  it.each(KINDS)('that was made before the next login began sees nothing of it: %s', async (kind) => {
    const browser = await person(kind)
    const left = await browser.begin()
    const lastUser = browser.copy()
    clock.advance(MINUTE)
    expect(await browser.connect('alice:1')).toBe('303')
    expect(await lastUser.finish(left, 'mallory:1')).toBe(kind === 'a session' ? 'login_overtaken' : '303')
    expect(await lastUser.accounts()).not.toContain('alice')
    expect(await browser.accounts()).toEqual(expect.arrayContaining([...known(kind), 'alice']))
    expect(await browser.accounts()).not.toContain('mallory')
  })

  it('that has a login on its way ends with it', async () => {
    const victim = newcomer()
    const state = await victim.begin()
    const thief = victim.copy()
    thief.at = people.isolate(memoryStore(clock))
    await victim.finish(state, 'ada:1')
    clock.advance(21 * MINUTE)
    expect(await thief.finish(state, 'mallory:1')).toBe('transaction_unknown')
    expect(await thief.accounts()).toEqual([])
  })
})

describe.each<Kind>([...KINDS, 'a session at another provider'])('the tabs of one browser: %s', (kind) => {
  it.each(orders([0, 1, 2]))('lose nothing, whichever answer arrives first: %s, %s, %s', async (...order) => {
    const browser = await person(kind)
    const names = ['one', 'two', 'eve']
    const states: string[] = []
    for (const _ of names) states.push(await browser.begin())
    const arrive = names.map((name, index) => browser.send((tab) => tab.finish(states[index] ?? '', `${name}:1`)))
    for (const index of order) expect(await arrive[index]?.()).toBe('303')
    expect((await browser.accounts()).toSorted()).toEqual([...known(kind), ...names].toSorted())
  })

  it.each(orders([0, 1]))('lose nothing when their starts cross: %s, %s', async (...order) => {
    const browser = await person(kind)
    const started = [0, 1].map(() => browser.send((tab) => tab.begin()))
    const states: string[] = []
    for (const index of order) states[index] = (await started[index]?.()) ?? ''
    for (const index of order) {
      expect(await browser.finish(states[index] ?? '', `${['one', 'two'][index]}:1`)).toBe('303')
    }
    expect((await browser.accounts()).toSorted()).toEqual([...known(kind), 'one', 'two'].toSorted())
  })

  it('lose nothing when a whole login passes while the hook of another is held', async () => {
    let held: Promise<void> | undefined
    let isStored = false
    const browser = await person(kind, {
      onConnected: () => {
        isStored = true
        return held
      },
    })
    const hold = deferred()
    held = hold.promise
    const first = await browser.begin()
    isStored = false
    const arrive = browser.send((tab) => tab.finish(first, 'one:1'))
    await expect.poll(() => isStored).toBe(true)
    held = undefined
    clock.advance(1)
    expect(await browser.connect('two:1')).toBe('303')
    hold.resolve()
    expect(await arrive()).toBe('303')
    // The two logins of a newcomer have two owners, and the answer that arrives last counts.
    const kept = kind === 'a session' ? ['ada', 'one', 'two'] : [...known(kind), 'one']
    expect((await browser.accounts()).toSorted()).toEqual(kept)
  })
})

describe('a lost answer', () => {
  it.each([
    ['a session', 30, ['ada', 'bob', 'eve']],
    ['a session', 5 * MINUTE, ['ada', 'bob', 'eve']],
    // The login that was lost cannot be presented any more: the next one begins anew.
    ['a session', 21 * MINUTE, ['eve']],
    ['a newcomer', 5 * MINUTE, ['eve']],
  ] as const)('of %s whose login is tried again after %s seconds', async (kind, seconds, accounts) => {
    const browser = await person(kind)
    const state = await browser.begin()
    await browser.copy().finish(state, 'bob:1')
    clock.advance(seconds)
    expect(await browser.connect('eve:1')).toBe('303')
    expect((await browser.accounts()).toSorted()).toEqual(accounts)
  })

  it('of a pasted token is made up for by pasting it again', async () => {
    const browser = await person('a session')
    expect(await browser.copy().paste('bob:pasted')).toBe(200)
    clock.advance(MINUTE)
    expect(await browser.paste('bob:pasted')).toBe(200)
    expect((await browser.accounts()).toSorted()).toEqual(['ada', 'bob'])
  })
})

describe('a pasted token', () => {
  it.each(orders([0, 1]))('that is sent twice makes one session: answers %s, %s', async (...order) => {
    const browser = await person('a session')
    const arrive = [0, 1].map(() => browser.send((tab) => tab.paste('bob:pasted')))
    for (const index of order) expect(await arrive[index]?.()).toBe(200)
    expect((await browser.accounts()).toSorted()).toEqual(['ada', 'bob'])
  })

  it('begins a session in place of one that was taken over', async () => {
    const browser = await person('a session')
    const thief = browser.copy()
    await thief.connect('mallory:1')
    clock.advance(MINUTE)
    expect(await browser.paste('bob:pasted')).toBe(200)
    expect(await browser.accounts()).toEqual(['bob'])
    expect(await thief.accounts()).not.toContain('bob')
  })
})

describe('signing out', () => {
  it('clears the sessions of all providers and the logins on their way, and nothing else', async () => {
    const browser = await person('a session')
    await browser.connect('bob:1', '/auth', 'ex-kv-2')
    const state = await browser.begin()
    const before = browser.copy()
    const answer = await browser.browser.submit('/s/sign-out')
    expect(answer.status).toBe(204)
    expect(browser.browser.cookieNames()).toEqual([])
    expect(await browser.accounts()).toEqual([])
    expect(await browser.finish(state, 'eve:1')).toBe('transaction_unknown')
    // What is connected stays connected.
    expect((await before.accounts()).toSorted()).toEqual(['ada', 'bob'])
    await browser.connect('alice:1')
    expect(await browser.accounts()).toEqual(['alice'])
  })

  it('is nothing to a browser that has no cookie of ours', async () => {
    const answer = await newcomer().browser.submit('/s/sign-out')
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([204, []])
  })
})

describe('a session', () => {
  it('that was taken over leaves its abandoned login behind, and begins anew', async () => {
    const browser = await person('a session')
    const abandoned = await browser.begin()
    clock.advance(MINUTE)
    await browser.copy().connect('mallory:1')
    clock.advance(21 * MINUTE)
    const state = await browser.begin()
    expect(browser.browser.hasSession()).toBe(false)
    expect(await browser.finish(state, 'bob:1')).toBe('303')
    expect(await browser.accounts()).toEqual(['bob'])
    expect(await browser.finish(abandoned, 'eve:1')).toBe('transaction_unknown')
  })

  it('shares nothing with a copy of the cookies once the login in both has ended', async () => {
    const victim = newcomer()
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

  it('shares nothing with a copy that finishes one stored login after the other', async () => {
    const store = memoryStore(clock)
    const victim = new Person(people.isolate(store), people)
    const state = await victim.begin()
    const attacker = victim.copy()
    attacker.at = people.isolate(store)
    const stock = [state]
    for (let count = 0; count < 9; count++) stock.push(await attacker.begin())
    for (let count = 0; count < 9; count++) {
      clock.advance(55)
      await attacker.finish(stock.pop() ?? '', 'mallory:1')
    }
    clock.advance(50)
    expect(await victim.finish(state, 'alice:1')).toBe('303')
    expect(await victim.accounts()).toEqual(['alice'])
    expect(await attacker.accounts()).not.toContain('alice')
  })

  it.each(['/s/use/ex-kv', '/s/list'])('is not put back by a slower answer to an older request: %s', async (path) => {
    const browser = newcomer()
    await browser.connect('ada:1')
    clock.advance(DAY + 3600)
    const hold = deferred()
    people.held = hold.promise
    const arrive = browser.send((tab) => tab.browser.request(path))
    await browser.connect('bob:1')
    hold.resolve()
    const slow = await arrive()
    expect([slow.status, slow.headers.getSetCookie()]).toEqual([200, []])
    // Without a login in between, use keeps the session alive.
    for (let count = 0; count < 3; count++) {
      clock.advance(8 * DAY)
      expect((await browser.browser.request(path)).headers.getSetCookie()).toHaveLength(1)
    }
    expect((await browser.accounts()).toSorted()).toEqual(['ada', 'bob'])
  })

  it('opens what a pasted token has connected although the store reported a failed write', async () => {
    const { store, faults } = faultyStore(memoryStore(clock))
    const person = new Person(people.isolate(store), people)
    await person.connect('ada:1')
    clock.advance(100)
    const fault = faults.failAfter('compareAndSwap')
    expect(await person.paste('bob:pasted')).toBe(503)
    fault.end()
    clock.advance(100)
    expect(await person.accounts()).toEqual(expect.arrayContaining(['ada', 'bob']))
  })

  it('is set by the answer of an error handler too', async () => {
    const person = newcomer()
    expect(await person.paste('ada:1', 'fails')).toBe(500)
    expect(await person.accounts()).toEqual(['ada'])
  })

  it('lasts through a login that began in time', async () => {
    const person = newcomer()
    await person.connect('ada:1')
    clock.advance(14 * DAY - 30)
    const state = await person.begin()
    clock.advance(60)
    expect(await person.finish(state, 'bob:1')).toBe('303')
    expect(await person.accounts()).toEqual(expect.arrayContaining(['ada', 'bob']))
  })

  it('ends 30 days after its first login, however often the visitor logs in', async () => {
    const browser = newcomer()
    for (let day = 0; day < 30; day++) {
      expect(await browser.connect('ada:1')).toBe('303')
      clock.advance(DAY)
      expect(await browser.use()).toBe(day < 29 ? 'ada:1' : 'not_connected')
    }
    await browser.connect('bob:1')
    expect(await browser.accounts()).toEqual(['bob'])
  })

  it('is another one for routes that are mounted elsewhere', async () => {
    const person = newcomer()
    const first = person.at
    await person.connect('ada:1')
    person.at = people.isolate(memoryStore(clock), { basePath: '/api/auth' })
    await person.connect('bob:1', '/api/auth')
    expect(await person.accounts('/api/auth')).toEqual(['bob'])
    person.at = first
    expect(await person.accounts()).toEqual(['ada'])
    expect(person.browser.cookieNames().toSorted()).toEqual([
      '__Host-oauth-notice',
      '__Host-oauth-notice-api.auth',
      '__Host-oauth-session-api.auth.ex-kv',
      '__Host-oauth-session-ex-kv',
    ])
  })
})
