import { Miniflare, type Request as MiniflareRequest } from 'miniflare'
import { DEFAULT_OAUTH_EXAMPLE_CLIENT } from 'provider-emulator'
import { durableObjectStore } from '../../src/durable-object/store.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { objectNamespace } from '../fault-matrix/objects.ts'
import { bundleWorker } from '../rotation/rig.ts'
import { ORIGIN } from '../support/app.ts'
import { disposeHeard, LAST_WORD, watchRuntimeSilently } from '../support/canary-runtime.ts'
import { persist } from '../support/persisted.ts'
import type { tapProvider } from '../support/provider-tap.ts'
import { CLIENT, KEY, wixSettings } from '../support/rig.ts'
import { memoryOfIsolate, memoryOfNode } from './memory-use.ts'
import { notedStore, under } from './noted-store.ts'
import { MODE_HEADER, type Place } from './place.ts'
import { PROBES } from './probes.ts'
import { createRuntime, strikableNamespace } from './runtime.ts'
import type { Wire } from './wire.ts'

type Provider = ReturnType<typeof tapProvider>
export type OpenPlace = (provider: Provider, wire: Wire) => Promise<Place>

async function clients(provider: Provider) {
  const { id, secret } = DEFAULT_OAUTH_EXAMPLE_CLIENT
  return {
    webflowClient: { id: CLIENT.id, secret: CLIENT.secret },
    exampleClient: { id, secret },
    wixApp: await wixSettings(provider),
  }
}

/** As a runtime fetches, redirects included: whoever does not want them has to say so. */
async function fetchOver(wire: Wire, url: string, init: RequestInit): Promise<Response> {
  const request = new Request(url, init)
  const { redirect } = request
  const answer = await wire.fetch(request)
  const target = answer.headers.get('location')
  const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && target !== null
  if (!isRedirect || redirect === 'manual') return answer
  return fetchOver(wire, new URL(target, url).href, init)
}

/** Plain Node, over memory, and over Durable Objects that are in this process too. */
export const openNode: OpenPlace = async (provider, wire) => {
  const known = await clients(provider)
  const objects = objectNamespace(() => runtime.running().oauth)
  const strikable = strikableNamespace(objects.namespace)
  let stores: Record<'memory' | 'ex-memory', ReturnType<typeof notedStore>>
  const runtime = createRuntime((now) => {
    stores = {
      memory: notedStore(memoryStore({ now })),
      'ex-memory': notedStore(memoryStore({ now })),
    }
    return {
      keys: [KEY],
      ...known,
      store: stores.memory.store,
      rotating: {
        'ex-memory': stores['ex-memory'].store,
        'ex-object': durableObjectStore(strikable.namespace),
      },
      fetch: (url, init) => fetchOver(wire, url, init),
    }
  })
  return {
    name: 'Node',
    isInProcess: true,
    rotating: ['ex-memory', 'ex-object'],
    send: async (url, init) => runtime.running().app.request(url, init),
    restart: async (variant) => void runtime.restart(variant),
    advance: async (seconds) => runtime.advance(seconds),
    dump: async () =>
      Object.assign(
        Object.fromEntries(stores.memory.entries),
        under('memory', stores['ex-memory'].entries),
        ...objects.dump().map(([name, entries]) => under(`object ${name}`, entries)),
      ),
    keys: (prefix) => runtime.keys(prefix),
    put: (entries) => runtime.put(entries),
    wake: () => objects.ring(),
    fail: async (operation, on) => runtime.fail(operation, on),
    strike: async (strikes) => strikable.strike(strikes),
    objectCalls: async () => strikable.calls(),
    work: async () => runtime.work(),
    ran: async () => structuredClone(runtime.ran()),
    forget: async () => runtime.forget(),
    probe: async (name, argument) => (await PROBES[name](argument as never)) as never,
    memory: async () => memoryOfNode(),
    dispose: async () => runtime.dispose(),
  }
}

let bundled: Promise<string> | undefined

/** workerd, over Workers KV, Durable Objects and D1, without Node compatibility. */
export const openWorkerd: OpenPlace = async (provider, wire) => {
  bundled ??= bundleWorker('../catalogue/worker.ts')
  const persisted = await persist()
  const miniflare = new Miniflare({
    ...persisted.options,
    handleRuntimeStdio: watchRuntimeSilently,
    inspectorPort: 0,
    workers: [
      {
        name: 'app',
        modules: [{ type: 'ESModule', path: 'worker.js', contents: await bundled }],
        compatibilityDate: '2026-07-01',
        kvNamespaces: ['TOKENS'],
        d1Databases: ['DB'],
        durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
        bindings: { KEYS: [KEY], CLIENTS: await clients(provider) },
        outboundService: (request: MiniflareRequest) =>
          wire.fetch(request as unknown as Request) as never,
      },
      LAST_WORD,
    ],
  })
  await miniflare.ready
  const send: Place['send'] = async (url, init) => {
    const headers = new Headers(init.headers)
    const mode = headers.get('sec-fetch-mode')
    if (mode) headers.set(MODE_HEADER, mode)
    const carried = { ...init, headers: [...headers] }
    return (await miniflare.dispatchFetch(url, carried as never)) as unknown as Response
  }
  async function control(name: string, argument: unknown = null): Promise<never> {
    const body = JSON.stringify(argument)
    const answer = await send(`${ORIGIN}/_test/${name}`, { method: 'POST', body })
    return (await answer.json()) as never
  }
  return {
    name: 'workerd',
    isInProcess: false,
    rotating: ['ex-memory', 'ex-object', 'ex-d1'],
    send,
    restart: (variant) => control('restart', variant),
    advance: (seconds) => control('advance', seconds),
    dump: () => control('dump'),
    keys: (prefix) => control('keys', prefix),
    put: (entries) => control('put', entries),
    wake: async () => undefined,
    fail: (operation, on) => control('fail', [operation, on]),
    strike: (strikes) => control('strike', strikes),
    objectCalls: () => control('objectCalls'),
    work: () => control('work'),
    ran: () => control('ran'),
    forget: () => control('forget'),
    probe: (name, argument) => control('probe', [name, argument]),
    memory: async () => memoryOfIsolate(await miniflare.getInspectorURL()),
    dispose: () => disposeHeard(miniflare, persisted),
  }
}
