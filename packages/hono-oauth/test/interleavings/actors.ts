import { isOAuthError } from 'hono-oauth'
import type { Kind } from '../engine/constants.ts'
import { noteError, noteSecret } from '../rig/notes.ts'
import { TOKEN_SECONDS } from './provider.ts'
import { type Scheduler, Violation } from './scheduler.ts'
import { NAMES, type World, type WorldIsolate } from './world.ts'

type Action = 'get' | 'refresh' | 'revoke' | 'login'

const oneOf = <T>(list: readonly T[], share: number) => list[Math.floor(share * list.length)]

const ACTORS = 4
const STEPS = 3
const USERS = ['user-1001', 'user-1002']
// More gets than logins would have nothing to race with, and so would more revokes.
const WEIGHTED: readonly Action[] = ['get', 'refresh', 'refresh', 'revoke', 'login']
// Short enough to come amid a request, far enough that a renewal is due, and beyond the token's end.
const JUMPS = [15, TOKEN_SECONDS / 2 + 1, TOKEN_SECONDS + 1]
// No request lives longer than the lease that it may hold, so the clock never leaves one behind for longer.
const LONGEST_REQUEST_SECONDS = 25

/**
 * What each actor is going to do, wherever chance has put it: `pick` picks among the connections there are and
 * the accounts there are, and `jump` says how far a refresh moves the clock, in seconds.
 */
export function plan(random: () => number, isolates: number) {
  const pick = <T>(list: readonly T[]) => oneOf(list, random()) as T
  return Array.from({ length: ACTORS }, (_, index) => ({
    isolate: index % isolates,
    steps: Array.from({ length: STEPS }, () => ({ action: pick(WEIGHTED), pick: random(), jump: pick(JUMPS) })),
  }))
}

// An action that comes too late is told just that. Over Workers KV it is not certain yet that the refusal of a
// token was right: the connection that a disconnect ended "cannot be used for the moment".
const LATE: Readonly<Record<Action, readonly string[]>> = {
  get: ['not_connected'],
  refresh: ['not_connected'],
  revoke: ['connection_unknown'],
  login: [],
}
const isExpected = (kind: Kind, action: Action, code: string) =>
  LATE[action].includes(code) ||
  (kind === 'kv' && code === 'temporarily_unavailable' && ['get', 'refresh'].includes(action))

/** What everybody did and met, by name. */
export type Counts = Record<string, number>

/** The four who act on one owner's connections at the same time. */
export function createActors(kind: Kind, world: World, scheduler: Scheduler) {
  const counts: Counts = {}
  /** When the actions that are on their way began, on the world's clock. */
  const begun = new Map<string, number>()
  const ended = new Set<string>()

  async function act(name: string, { isolate: index, steps }: ReturnType<typeof plan>[number]): Promise<void> {
    const isolate = world.isolates[index] as WorldIsolate
    for (const [number, { action, pick, jump }] of steps.entries()) {
      const title = `${name} ${action} ${number + 1}`
      if (action === 'refresh') {
        await scheduler.pass(`${title} after ${jump} s`, () => mayPass(jump))
        world.clock.advance(jump)
      } else {
        await scheduler.pass(title)
      }
      begun.set(name, world.clock.now())
      try {
        await perform(isolate, action, pick)
        count(action)
      } catch (error) {
        noteError(error)
        if (!isOAuthError(error) || !isExpected(kind, action, error.code)) throw error
        count(`${action}: ${error.code}`)
        scheduler.trace.push(`${title} ends with ${error.code}`)
      }
      begun.delete(name)
    }
  }

  function count(what: string): void {
    counts[what] = (counts[what] ?? 0) + 1
  }

  function perform(isolate: WorldIsolate, action: Action, pick: number): Promise<void> {
    if (action === 'login') return login(isolate, pick)
    return action === 'revoke' ? revoke(isolate, pick) : use(isolate, pick)
  }

  /** Whether the clock may go on: not while an action would have waited for too long then. */
  function mayPass(seconds: number): boolean {
    const now = world.clock.now()
    const ages = [...begun.values()].map((begunAt) => (now - begunAt) / 1000)
    return Math.max(0, ...ages) + (ages.length > 0 ? seconds : 0) <= LONGEST_REQUEST_SECONDS
  }

  async function use(isolate: WorldIsolate, pick: number): Promise<void> {
    const before = new Set(ended)
    const connection = oneOf(await isolate.list(), pick)
    if (!connection) return count('nothing to use')
    const token = (await connection.accessToken()).reveal()
    const name = world.provider.nameOf(token)
    scheduler.trace.push(`${isolate.name}: an actor got ${name}`)
    if (before.has(connection.id)) {
      throw new Violation(`${name} is of a connection that had been disconnected`)
    }
    if (!(await world.provider.isLive(token))) throw new Violation(`${name} is dead`)
  }

  async function revoke(isolate: WorldIsolate, pick: number): Promise<void> {
    const connection = oneOf(await isolate.list(), pick)
    if (!connection) return count('nothing to revoke')
    const outcome = await connection.revoke()
    ended.add(connection.id)
    // Chance may let the time pass that a disconnect waits for the provider.
    if (outcome === 'deleted_only') throw new Violation(`the outcome was ${outcome}`)
  }

  async function login(isolate: WorldIsolate, pick: number): Promise<void> {
    const user = oneOf(USERS, pick) ?? ''
    const login = await isolate.send(`/account/${NAMES[kind]}/login`)
    const cookie = login.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    noteSecret('the value of a cookie', cookie.split('=')[1])
    const callback = await world.provider.consent(login.headers.get('location') ?? '', user)
    const landed = await isolate.send(callback, { cookie })
    if (landed.status !== 303) throw new Violation(`the login ended with ${await landed.text()}`)
  }

  return { counts, count, act }
}

export type Actors = ReturnType<typeof createActors>
