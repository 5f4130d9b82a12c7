import type { Store } from 'hono-oauth'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { workersKv } from 'hono-oauth/testing'
import type { ConnectionHome } from '../../src/connections/home.ts'
import { exampleApp, exampleOAuth } from '../rotation/example-app.ts'
import { gatedHome, gatedStore } from './gates.ts'
import { CLIENT, KEYS, plainExample } from './plain-example.ts'
import { type Provider, provider } from './provider.ts'
import type { Scheduler } from './scheduler.ts'
import type { Stillness } from './stillness.ts'
import type { VirtualTime } from './virtual-time.ts'

/**
 * - `swap`: two isolates over one store that compares and swaps
 * - `object`: two isolates in front of one engine that alone writes to its store, as in a Durable Object
 * - `kv`: one isolate over Workers KV
 */
export const KINDS = ['swap', 'object', 'kv'] as const
export type Kind = (typeof KINDS)[number]

export const OWNER = 'ada'

/** The clock of app and provider: the runtime's, and what it was moved forward. */
export interface Clock {
  now(): number
  advance(seconds: number): void
}

/** One isolate: the app with a memory of its own. */
function isolate(name: string, store: Store, clock: Clock, provider: Provider) {
  const oauth = exampleOAuth<object>({
    keys: () => KEYS,
    client: () => CLIENT,
    store: () => store,
    now: clock.now,
    config: {
      providers: { example: plainExample() },
      fetch: provider.fetchFor(name),
      allowUnsafeRotation: ['example'],
    },
  })
  const background: Promise<unknown>[] = []
  const context = {
    waitUntil: (work: Promise<unknown>) => void background.push(work),
    passThroughOnException: () => undefined,
    props: {},
  }
  const app = exampleApp(oauth)
  const env = {}
  return {
    name,
    oauth,
    send: async (path: string, headers: Record<string, string> = {}) =>
      app.request(path, { headers: { 'x-user': OWNER, ...headers } }, env, context),
    list: () => oauth.connections(env, context).list({ owner: OWNER }),
  }
}

export type Isolate = ReturnType<typeof isolate>

/** The store behind everything. */
function openStore(kind: Kind, clock: Clock): Store {
  return kind === 'kv'
    ? kvStore(workersKv({ now: clock.now }).location('here'))
    : memoryStore({ now: clock.now })
}

/** Everything that one seed plays with. */
export function createWorld(
  kind: Kind,
  scheduler: Scheduler,
  stillness: Stillness,
  time: VirtualTime,
) {
  let offsetMs = 0
  const clock: Clock = {
    now: () => time.now() + offsetMs,
    advance(seconds) {
      offsetMs += seconds * 1000
    },
  }
  const server = provider(scheduler, stillness, clock.now)
  const store = openStore(kind, clock)
  const seenBy = (name: string) => gatedStore(store, name, scheduler)
  const open = (name: string, seen: Store) => isolate(name, seen, clock, server)

  function openIsolates(): Isolate[] {
    if (kind === 'kv') return [open('one', seenBy('one'))]
    if (kind === 'swap') return ['one', 'two'].map((name) => open(name, seenBy(name)))
    const inside = open('object', store)
    const engine = inside.oauth.engine({}, () => seenBy('object'))
    const home = (name: string): ConnectionHome => gatedHome(engine, name, scheduler)
    return ['one', 'two'].map((name) => {
      const hosting = { ...seenBy(name), openHome: () => home(name) }
      return open(name, hosting)
    })
  }

  return {
    clock,
    provider: server,
    isolates: openIsolates(),
    /** Past all gates: to look at how things are in the end. */
    observer: open('observer', store),
    store,
  }
}

export type World = ReturnType<typeof createWorld>
