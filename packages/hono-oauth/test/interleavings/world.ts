import type { Store } from 'hono-oauth'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { workersKv } from 'hono-oauth/testing'
import type { Kind } from '../engine/constants.ts'
import { appOver, CONTEXT } from '../rig/app.ts'
import type { Stillness } from '../rig/stillness.ts'
import { movableClock, type VirtualTime } from '../rig/virtual-time.ts'
import { gated } from './gates.ts'
import { gatedProvider } from './provider.ts'
import type { Scheduler } from './scheduler.ts'

/** What connections are kept in, by the kind, is what the app calls its provider by. */
export const NAMES = { swap: 'ex-memory', object: 'ex-object', kv: 'ex-kv' } as const
export const OWNER = 'ada'

/** Everything that one seed plays with. */
export async function createWorld(kind: Kind, scheduler: Scheduler, stillness: Stillness, time: VirtualTime) {
  const clock = movableClock(time)
  const rotation = kind === 'kv' ? 'never' : 'always'
  const provider = gatedProvider(scheduler, stillness, clock.now, rotation)
  const clients = await provider.clients()
  const store =
    kind === 'kv' ? kvStore(workersKv({ now: clock.now }).location('here')) : memoryStore({ now: clock.now })
  /** The store, each of whose operations waits for its turn. */
  const seenBy = (name: string): Store => ({ ...gated({ ...store }, `${name}: store`, scheduler) })

  /** One isolate: the app with a memory of its own. */
  function open(name: string, seen: Store) {
    const parts = { ...clients, now: clock.now, fetch: provider.fetchFor(name) }
    const { app, users } = appOver(seen, NAMES[kind], parts)
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
