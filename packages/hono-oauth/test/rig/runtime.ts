import type { Store } from 'hono-oauth'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { kvStore } from 'hono-oauth/stores/kv'
import { workersKv } from 'hono-oauth/testing'
import { PROBES, type ProbeName } from '../catalogue/probes.ts'
import { type App, createApp, type Parts, type RotatingName, type Variant } from './app.ts'
import { countingStore, type Operations } from './counting-store.ts'
import { entriesOf, keysOf, under } from './dump.ts'
import { captureConsole } from './logging.ts'
import type { createRecorder } from './recorder.ts'
import type { Strike, WatchedNamespace } from './watched-namespace.ts'
import { countCipher } from './work.ts'

/** What a host gives its runtime. */
export interface Given extends Omit<Parts, 'now' | 'errors'> {
  readonly objects: WatchedNamespace
  /** What the objects keep, by the name of each and the key. */
  readonly objectEntries: () => Promise<readonly (readonly [string, Iterable<readonly [string, string]>])[]>
}

/**
 * The app and what can be done to it from outside, the same in Node and in a Worker.
 *
 * @param trace - gets the name of each operation on the storage
 * @param isHeard - whether what this runtime writes is read outside
 */
export function createRuntime(give: (now: () => number) => Given, trace: string[] = [], isHeard = false) {
  let offsetMs = 0
  let fixedMs: number | undefined
  const now = () => fixedMs ?? Date.now() + offsetMs
  const { random } = Math
  const { setTimeout } = globalThis
  const console = captureConsole(isHeard)
  const cipher = countCipher('decrypt', 'verify')
  const given = give(now)
  const { store, operations, failing } = countingStore(given.store, trace)
  const errors: string[] = []
  const uncaught: string[] = []
  let inUse = store
  let current: App | undefined
  let recorder: ReturnType<typeof createRecorder> | undefined

  function restart(variant: Variant = {}): App {
    failing.clear()
    Math.random = variant.steady ? () => 0 : random
    hurry(variant.haste ?? 1)
    inUse = given.rotating[variant.store as RotatingName] ?? storeOf(variant, store, now)
    current = createApp({ ...given, store: inUse, now, errors, log, telemetry: recorder?.telemetry }, variant)
    return current
  }

  /** Who waits for a second waits for a part of it. */
  function hurry(haste: number): void {
    const hurried = (act: () => void, milliseconds = 0) => setTimeout(act, milliseconds / haste)
    globalThis.setTimeout = haste === 1 ? setTimeout : (hurried as typeof setTimeout)
  }

  /** As a runtime itself writes errors. */
  const log = (error: Error) => globalThis.console.error(error)
  const running = () => current ?? restart()
  /** The store that keeps a key of connections. */
  const storeBehind = (key: string): Store => given.rotating[key.split('/')[1] as RotatingName] ?? inUse

  /** Everything takes and gives JSON, so that a test can do it to a Worker. */
  const controls = {
    /** A new app over the same stores, as another isolate would have it. */
    async restart(variant: Variant = {}): Promise<void> {
      recorder = variant.isRecorded ? (await import('./recorder.ts')).createRecorder() : undefined
      restart(variant)
    },
    advance: async (seconds: number) => {
      offsetMs += seconds * 1000
    },
    async fail(operation: keyof Operations, on: boolean) {
      if (on) failing.add(operation)
      else failing.delete(operation)
    },
    strike: async (strikes: readonly Strike[]) => given.objects.strike(strikes),
    objectCalls: async () => given.objects.calls(),
    /** What was done so far, which says more than the time that it took. */
    async work() {
      const { decrypt = 0, verify = 0 } = cipher.counts
      return { decrypts: decrypt, verifications: verify, operations: { ...operations } }
    },
    /** The operations on the storage since they were last asked for: one for each way there and back. */
    operations: async () => trace.splice(0),
    /** What the app did since it began, and what was logged since that was forgotten. */
    ran: async () => ({ ...running().ran, errors, logs: console.lines, uncaught, recorded: await recorder?.read() }),
    async forget() {
      errors.splice(0)
      uncaught.splice(0)
      console.lines.splice(0)
    },
    /** What is stored, by key: in the ordinary store, in databases, in memory and inside objects. */
    async dump(): Promise<Record<string, string>> {
      const { 'ex-memory': memory, 'ex-d1': d1 } = given.rotating
      const inObjects = (await given.objectEntries()).map(([name, entries]) => under(`object ${name}`, entries))
      return {
        ...(await entriesOf(given.store)),
        ...(d1 && (await entriesOf(d1))),
        ...(memory && under('memory', Object.entries(await entriesOf(memory)))),
        ...Object.assign({}, ...inObjects),
      }
    },
    /** The keys of the ordinary store that begin so. */
    keys: (prefix: string) => keysOf(inUse, prefix),
    /** Writes past the app. */
    async put(entries: Readonly<Record<string, string>>) {
      const writes = Object.entries(entries).map(([key, value]) => storeBehind(key).put(key, value))
      await Promise.all(writes)
    },
    /** One operation of the store over Durable Objects, on one object, at a time in milliseconds. */
    async objectStore(object: string, atMs: number, name: string, args: readonly unknown[]) {
      fixedMs = atMs
      const { namespace } = given.objects
      const store = durableObjectStore({ ...namespace, idFromName: () => namespace.idFromName(object) })
      const run = store[name as 'get'] as (...args: readonly unknown[]) => Promise<unknown>
      return (await run(...args)) ?? null
    },
    probe: <Name extends ProbeName>(name: Name, argument: Parameters<(typeof PROBES)[Name]>[0]) =>
      PROBES[name](argument as never) as ReturnType<(typeof PROBES)[Name]>,
  }

  return {
    now,
    running,
    controls,
    uncaught,
    dispose() {
      Math.random = random
      hurry(1)
      console.restore()
      cipher.restore()
    },
  }
}

export type Controls = ReturnType<typeof createRuntime>['controls']

function storeOf({ store: kind, haste = 1 }: Variant, usual: Store, now: () => number): Store {
  if (kind !== 'kv-double') return usual
  const start = now()
  const hurried = () => start + (now() - start) * haste
  return kvStore(workersKv({ now: hurried }).location('here'))
}
