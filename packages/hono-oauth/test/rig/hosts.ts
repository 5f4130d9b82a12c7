import type { Store } from 'hono-oauth'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { memoryStore } from 'hono-oauth/stores/memory'
import type { Request as MiniflareRequest } from 'miniflare'
import { KEY, ORIGIN } from './constants.ts'
import { memoryOfIsolate, memoryOfNode } from './memory-use.ts'
import { bundleWorker, openMiniflare } from './miniflare.ts'
import { fakeNamespace } from './objects.ts'
import { controlsOver, type Isolate, MODE_HEADER, type Place } from './place.ts'
import type { Provider } from './provider.ts'
import { type Controls, createRuntime, type Given } from './runtime.ts'
import { watchNamespace } from './watched-namespace.ts'
import type { Wire } from './wire.ts'

export type OpenPlace<P extends Place = Place> = (provider: Provider, wire: Wire) => Promise<P>

/** Plain Node, over memory, and over Durable Objects that are in this process too. */
export interface NodePlace extends Place {
  readonly objects: ReturnType<typeof fakeNamespace>
  readonly calls: ReturnType<typeof watchNamespace>
  running(): ReturnType<ReturnType<typeof createRuntime>['running']>
}

/** Stores in place of the usual ones. */
interface NodeStores {
  readonly store?: Store
  /** What connections in Durable Objects are seen through. */
  readonly through?: (objects: Store) => Store
}

/** @param config - settings of the app */
export const nodeHost =
  (config: Given['config'] = {}, stores: NodeStores = {}): OpenPlace<NodePlace> =>
  async (provider, wire) => {
    const clients = await provider.clients()
    const objects = fakeNamespace(() => runtime.running().oauth)
    const trace: string[] = []
    const calls = watchNamespace(objects, trace)
    const inObjects = durableObjectStore(calls.namespace)
    const { store, through = (kept) => kept } = stores
    const runtime = createRuntime(
      (now) => ({
        keys: [KEY],
        ...clients,
        store: store ?? memoryStore({ now }),
        rotating: {
          'ex-memory': memoryStore({ now }),
          'ex-object': through(inObjects),
          'ex-object-2': through(inObjects),
        },
        objects: calls,
        objectEntries: async () => [...objects.objects].map(([name, { storage }]) => [name, storage.entries()]),
        fetch: (url, init) => wire.follow(url, init),
        config,
      }),
      trace,
    )
    const { controls } = runtime
    return {
      ...controls,
      ran: async () => structuredClone(await controls.ran()),
      ranBeside: async () => structuredClone(await controls.ran()),
      objects,
      calls,
      running: runtime.running,
      name: 'Node',
      isInProcess: true,
      rotating: ['ex-memory', 'ex-object'],
      send: async (url, init) => runtime.running().app.request(url, init),
      async wake() {
        for (const object of objects.objects.values()) await object.alarm()
      },
      async object(id, act, sql = '') {
        const object = objects.object(`owners/${id.split('.')[1]}`)
        if (act === 'ring') await object.ring()
        if (act === 'evict') object.restart()
        return act === 'query' ? object.storage.query(sql) : []
      },
      memory: async () => memoryOfNode(),
      files: async () => [],
      dispose: async () => runtime.dispose(),
    }
  }

export const openNode: OpenPlace<NodePlace> = nodeHost()

let bundled: Promise<string> | undefined

/**
 * workerd, over Workers KV, Durable Objects and D1, without Node compatibility.
 *
 * @param isolates - how many Workers there are over the same storage
 */
export const workerdHost =
  (isolates: 1 | 2 = 1): OpenPlace =>
  async (provider, wire) => {
    bundled ??= bundleWorker(new URL('./worker.ts', import.meta.url))
    const names = ['app', 'beside'].slice(0, isolates)
    const script = await bundled
    const bindings = { KEYS: [KEY], CLIENTS: await provider.clients() }
    const { miniflare, dispose, files } = await openMiniflare(
      names.map((name) => ({
        name,
        script,
        kvNamespaces: { TOKENS: 'tokens' },
        d1Databases: { DB: 'connections' },
        durableObjects: { CONNECTIONS: { className: 'OAuthConnections', scriptName: 'app', useSQLite: true } },
        bindings,
        outboundService: (request: MiniflareRequest) => wire.fetch(request as unknown as Request) as never,
      })),
      { isSilent: true },
    )
    const beside = isolates === 2 ? await miniflare.getWorker('beside') : undefined
    const fetchers = [miniflare.dispatchFetch.bind(miniflare), beside?.fetch.bind(beside)]

    async function send(url: string, init: RequestInit, isolate: Isolate = 0): Promise<Response> {
      const headers = new Headers(init.headers)
      const mode = headers.get('sec-fetch-mode')
      if (mode) headers.set(MODE_HEADER, mode)
      const carried = { ...init, headers: [...headers], redirect: 'manual' }
      const fetch = fetchers[isolate] ?? miniflare.dispatchFetch.bind(miniflare)
      return (await fetch(url, carried as never)) as unknown as Response
    }
    async function control(name: string, args: readonly unknown[], isolate: Isolate = 0) {
      const answer = await send(`${ORIGIN}/_test/${name}`, { method: 'POST', body: JSON.stringify(args) }, isolate)
      if (answer.status !== 200) throw new Error(await answer.text())
      return answer.json()
    }
    const everywhere = async (name: keyof Controls, ...args: unknown[]) => {
      for (let isolate = 0; isolate < isolates; isolate++) await control(name, args, isolate as Isolate)
    }
    return {
      ...controlsOver((name, args) => control(name, args)),
      name: 'workerd',
      isInProcess: false,
      rotating: ['ex-memory', 'ex-object', 'ex-d1'],
      send,
      restart: (variant) => everywhere('restart', variant ?? {}),
      advance: (seconds) => everywhere('advance', seconds),
      ranBeside: async () => (await control('ran', [], 1)) as never,
      wake: async () => undefined,
      object: async (id, act, sql) => {
        return (await control('object', [`owners/${id.split('.')[1]}`, act, sql])) as never
      },
      memory: async () => memoryOfIsolate(await miniflare.getInspectorURL()),
      files,
      dispose,
    }
  }

export const openWorkerd: OpenPlace = workerdHost()

/** Where the app runs, for tables of tests. */
export const HOSTS = [
  ['Node', openNode],
  ['workerd', openWorkerd],
] as const satisfies readonly (readonly [string, OpenPlace])[]
