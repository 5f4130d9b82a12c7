import {
  connectionsObject,
  durableObjectStore,
  type ObjectNamespaceLike,
  type ObjectStorageLike,
} from 'hono-oauth/durable-object'
import { type D1DatabaseLike, d1Store } from 'hono-oauth/stores/d1'
import { type KVNamespaceLike, kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { entriesIn } from '../durable-object/entries.ts'
import type { Operations } from '../support/counting-store.ts'
import type { Parts, Variant } from './app.ts'
import { describeError } from './logging.ts'
import { notedStore, under } from './noted-store.ts'
import { MODE_HEADER, type Strike } from './place.ts'
import { PROBES, type ProbeName } from './probes.ts'
import { createRuntime, strikableNamespace } from './runtime.ts'

interface Bindings {
  readonly TOKENS: KVNamespaceLike
  readonly DB: D1DatabaseLike
  readonly CONNECTIONS: ObjectNamespaceLike
  readonly KEYS: readonly string[]
  readonly CLIENTS: Pick<Parts, 'webflowClient' | 'exampleClient' | 'wixApp'>
}

/** An object of this Worker, which tells what it keeps. */
interface Dumpable {
  dump(): Promise<[string, string][]>
}

/** What nobody caught. Node's own are seen by the test runner. */
const uncaught: string[] = []
interface Scope {
  addEventListener(type: string, listen: (event: { readonly reason: unknown }) => void): void
}
const scope = globalThis as unknown as Scope
scope.addEventListener('unhandledrejection', ({ reason }) => {
  uncaught.push(describeError(reason))
})

let made: ReturnType<typeof make> | undefined

function make(env: Bindings) {
  const objects = strikableNamespace(env.CONNECTIONS)
  let memory = notedStore(memoryStore())
  const runtime = createRuntime((now) => {
    memory = notedStore(memoryStore({ now }))
    return {
      keys: env.KEYS,
      ...env.CLIENTS,
      store: kvStore(env.TOKENS),
      rotating: {
        'ex-memory': memory.store,
        'ex-object': durableObjectStore(objects.namespace),
        'ex-d1': d1Store(env.DB, { now }),
      },
    }
  }, true)
  return { runtime, objects, memory }
}

/** What the tests do to the Worker from outside. */
const CONTROLS: Record<string, (env: Bindings, argument: never) => unknown> = {
  restart: (env, variant: Variant) => void instance(env).runtime.restart(variant),
  advance: (env, seconds: number) => instance(env).runtime.advance(seconds),
  fail: (env, [operation, on]: [keyof Operations, boolean]) =>
    instance(env).runtime.fail(operation, on),
  strike: (env, strikes: Strike[]) => instance(env).objects.strike(strikes),
  objectCalls: (env) => instance(env).objects.calls(),
  work: (env) => instance(env).runtime.work(),
  ran: (env) => ({ ...instance(env).runtime.ran(), uncaught }),
  forget(env) {
    uncaught.splice(0)
    instance(env).runtime.forget()
  },
  dump: async (env) => ({
    ...(await entriesOf(env.TOKENS)),
    ...(await rowsOf(env.DB)),
    ...under('memory', instance(env).memory.entries),
    ...(await objectsOf(env)),
  }),
  keys: (env, prefix: string) => instance(env).runtime.keys(prefix),
  async put(env, entries: Record<string, string>) {
    const rows = Object.entries(entries).filter(([key]) => key.includes('/ex-d1/'))
    const update = 'UPDATE oauth_entries SET value = ? WHERE key = ?'
    for (const [key, value] of rows) await env.DB.prepare(update).bind(value, key).all()
    if (rows.length === 0) await instance(env).runtime.put(entries)
  },
  probe: (_env, [name, argument]: [ProbeName, never]) => PROBES[name](argument),
}

async function entriesOf(namespace: KVNamespaceLike): Promise<Record<string, string>> {
  const { keys } = await kvStore(namespace).list('')
  const entries = keys.map(async (key) => [key, (await namespace.get(key)) ?? ''])
  return Object.fromEntries(await Promise.all(entries))
}

async function rowsOf(database: D1DatabaseLike): Promise<Record<string, unknown>> {
  try {
    const { results } = await database.prepare('SELECT key, value FROM oauth_entries').all()
    return Object.fromEntries(results.map(({ key, value }) => [key, value]))
  } catch {
    // Nobody has made the table yet.
    return {}
  }
}

async function objectsOf(env: Bindings): Promise<Record<string, string>> {
  const dumps = [...instance(env).objects.names].map(async (name) => {
    const object = env.CONNECTIONS.get(env.CONNECTIONS.idFromName(name)) as unknown as Dumpable
    return under(`object ${name}`, await object.dump())
  })
  return Object.assign({}, ...(await Promise.all(dumps)))
}

const instance = (env: Bindings) => {
  made ??= make(env)
  return made
}

/** Whoever carries requests here has a mode of its own for them, as every `fetch` has. */
function asSent(request: Request): Request {
  const headers = new Headers(request.headers)
  const mode = headers.get(MODE_HEADER)
  if (mode) headers.set('sec-fetch-mode', mode)
  else headers.delete('sec-fetch-mode')
  headers.delete(MODE_HEADER)
  return new Request(request, { headers })
}

export default {
  async fetch(request: Request, env: Bindings, context: never) {
    const control = new URL(request.url).pathname.match(/^\/_test\/(\w+)$/)?.[1]
    if (!control) return instance(env).runtime.running().app.fetch(asSent(request), env, context)
    const answer = await CONTROLS[control]?.(env, (await request.json()) as never)
    return Response.json(answer ?? null)
  },
}

export class OAuthConnections extends connectionsObject<Bindings>({
  engine: (env, openStore) => instance(env).runtime.running().oauth.engine(env, openStore),
}) {
  // Not in the class of the package: objects tell nobody else.
  readonly #storage: ObjectStorageLike

  constructor(state: { readonly storage: ObjectStorageLike }, env: Bindings) {
    super(state, env)
    this.#storage = state.storage
  }

  dump(): [string, string][] {
    return entriesIn(this.#storage)
  }
}
