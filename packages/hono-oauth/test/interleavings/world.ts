import type { Store } from 'hono-oauth'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { workersKv } from 'hono-oauth/testing'
import { CONTEXT, createApp } from '../rig/app.ts'
import { KEY } from '../rig/constants.ts'
import type { Stillness } from '../rig/stillness.ts'
import type { VirtualTime } from '../rig/virtual-time.ts'
import { gated } from './gates.ts'
import { gatedProvider } from './provider.ts'
import type { Scheduler } from './scheduler.ts'

/**
 * - `swap`: two isolates over one store that compares and swaps
 * - `object`: two isolates in front of one engine that alone writes to its store, as in a Durable Object
 * - `kv`: one isolate over Workers KV, at a provider whose refresh tokens can be used again
 */
export const KINDS = ['swap', 'object', 'kv'] as const
export type Kind = (typeof KINDS)[number]

/** What connections are kept in, by the kind, is what the app calls its provider by. */
export const NAMES = { swap: 'ex-memory', object: 'ex-object', kv: 'ex-kv' } as const
export const OWNER = 'ada'

/** Everything that one seed plays with. */
export async function createWorld(kind: Kind, scheduler: Scheduler, stillness: Stillness, time: VirtualTime) {
  let offsetMs = 0
  /** The clock of app and provider: the runtime's, and what it was moved forward. */
  const clock = {
    now: () => time.now() + offsetMs,
    advance(seconds: number) {
      offsetMs += seconds * 1000
    },
  }
  const rotation = kind === 'kv' ? 'never' : 'always'
  const provider = gatedProvider(scheduler, stillness, clock.now, rotation)
  const clients = await provider.clients()
  const store =
    kind === 'kv' ? kvStore(workersKv({ now: clock.now }).location('here')) : memoryStore({ now: clock.now })
  /** The store, each of whose operations waits for its turn. */
  const seenBy = (name: string): Store => ({ ...gated({ ...store }, `${name}: store`, scheduler) })

  /** One isolate: the app with a memory of its own. */
  function open(name: string, seen: Store) {
    const kept =
      kind === 'kv' ? { store: seen, rotating: {} } : { store: memoryStore(), rotating: { [NAMES[kind]]: seen } }
    const parts = { keys: [KEY], ...clients, ...kept, now: clock.now, errors: [] }
    const { app, users } = createApp(
      { ...parts, fetch: provider.fetchFor(name) },
      { only: [NAMES[kind]], timeoutMs: 10_000 },
    )
    const env = {}
    return {
      name,
      engine: users.engine,
      send: async (path: string, headers: Record<string, string> = {}) =>
        app.request(path, { headers: { 'x-user': OWNER, ...headers } }, env, CONTEXT),
      list: () => users.connections(env, CONTEXT).list({ owner: OWNER }),
    }
  }

  function openIsolates() {
    if (kind === 'kv') return [open('one', seenBy('one'))]
    if (kind === 'swap') return ['one', 'two'].map((name) => open(name, seenBy(name)))
    const engine = open('object', store).engine({}, () => seenBy('object'))
    return ['one', 'two'].map((name) => {
      const openEngine = () => gated(engine, `${name}: call`, scheduler)
      return open(name, { ...seenBy(name), openEngine } as Store)
    })
  }

  return {
    clock,
    provider,
    isolates: openIsolates(),
    /** Past all gates: to look at how things are in the end. */
    observer: open('observer', store),
  }
}

export type World = Awaited<ReturnType<typeof createWorld>>
export type WorldIsolate = World['observer']
