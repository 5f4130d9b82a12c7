import type { Store } from 'hono-oauth'
import type { ObjectNamespaceLike } from 'hono-oauth/durable-object'
import { kvStore } from 'hono-oauth/stores/kv'
import { workersKv } from 'hono-oauth/testing'
import type { ConnectionsRpc } from '../../src/durable-object/wire.ts'
import { countingStore, type Operations } from '../support/counting-store.ts'
import { type CatalogueApp, createCatalogueApp, type Parts, type Variant } from './app.ts'
import { captureConsole } from './logging.ts'
import type { ObjectCalls, Strike } from './place.ts'
import { countWork, type Work } from './work.ts'

type Given = Omit<Parts, 'now' | 'errors'>

/**
 * The app and what can be done to it from outside, the same in Node and in a Worker.
 *
 * @param isHeard - whether somebody listens to what this runtime writes
 */
export function createRuntime(give: (now: () => number) => Given, isHeard = false) {
  let offsetMs = 0
  const now = () => Date.now() + offsetMs
  const { random } = Math
  const { setTimeout } = globalThis
  const console = captureConsole(isHeard)
  const work = countWork()
  const given = give(now)
  const { store, operations, failing } = countingStore(given.store)
  const errors: string[] = []
  let inUse = store
  let current: CatalogueApp | undefined

  function restart(variant: Variant = {}): CatalogueApp {
    failing.clear()
    Math.random = variant.steady ? () => 0 : random
    hurry(variant.haste ?? 1)
    inUse = storeOf(variant, store, now)
    const parts: Parts = { ...given, store: inUse, now, errors }
    current = createCatalogueApp(parts, variant)
    return current
  }

  /** Whoever waits for a second waits for a part of it. */
  function hurry(haste: number): void {
    const hurried = (act: () => void, milliseconds = 0) => setTimeout(act, milliseconds / haste)
    globalThis.setTimeout = haste === 1 ? setTimeout : (hurried as typeof setTimeout)
  }

  const running = () => current ?? restart()
  return {
    now,
    restart,
    running,
    advance: (seconds: number) => {
      offsetMs += seconds * 1000
    },
    fail(operation: keyof Operations, on: boolean): void {
      if (on) failing.add(operation)
      else failing.delete(operation)
    },
    keys: async (prefix: string) => (await inUse.list(prefix)).keys,
    async put(entries: Readonly<Record<string, string>>): Promise<void> {
      await Promise.all(Object.entries(entries).map(([key, value]) => inUse.put(key, value)))
    },
    work: (): Work => ({ ...work.counts, operations: { ...operations } }),
    ran: () => ({ ...running().ran, errors, logs: console.lines }),
    /** Forgets what was logged, and what went wrong. */
    forget(): void {
      errors.splice(0)
      console.lines.splice(0)
    },
    dispose() {
      Math.random = random
      hurry(1)
      console.restore()
      work.restore()
    },
  }
}

function storeOf({ store: kind, haste = 1 }: Variant, usual: Store, now: () => number): Store {
  if (kind !== 'kv-double') return usual
  const start = now()
  const hurried = () => start + (now() - start) * haste
  return kvStore(workersKv({ now: hurried }).location('here'))
}

/** Durable Objects whose calls can fail as the runtime lets them fail. */
export function strikableNamespace(namespace: ObjectNamespaceLike) {
  const strikes: Strike[] = []
  const names = new Set<string>()
  let count = { calls: 0, stubs: 0, onBroken: 0 }
  const wrapped: ObjectNamespaceLike = {
    idFromName(name) {
      names.add(name)
      return namespace.idFromName(name)
    },
    get(id): ConnectionsRpc {
      count.stubs++
      const object = namespace.get(id) as ConnectionsRpc
      let isBroken = false
      async function call<T>(work: () => Promise<T>): Promise<T> {
        count.calls++
        if (isBroken) count.onBroken++
        const strike = strikes.shift()
        if (!strike) return work()
        isBroken = true
        throw Object.assign(new Error('the object was reset'), strike)
      }
      return {
        storage: (...args) => call(() => object.storage(...args)),
        connections: (...args) => call(() => object.connections(...args)),
      }
    },
  }
  return {
    namespace: wrapped,
    /** Of all objects that there are. */
    names,
    strike(next: readonly Strike[]): void {
      strikes.splice(0, strikes.length, ...next)
      count = { calls: 0, stubs: 0, onBroken: 0 }
    },
    calls: (): ObjectCalls => count,
  }
}
