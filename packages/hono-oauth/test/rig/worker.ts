import {
  connectionsObject,
  durableObjectStore,
  type ObjectNamespaceLike,
  type ObjectStorageLike,
} from 'hono-oauth/durable-object'
import { type D1DatabaseLike, d1Store } from 'hono-oauth/stores/d1'
import { type KVNamespaceLike, kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import type { Parts } from './app.ts'
import { describeError } from './logging.ts'
import { MODE_HEADER, type ObjectAct } from './place.ts'
import { createRuntime } from './runtime.ts'
import { watchNamespace } from './watched-namespace.ts'

interface Bindings {
  readonly TOKENS: KVNamespaceLike
  readonly DB: D1DatabaseLike
  readonly CONNECTIONS: ObjectNamespaceLike
  readonly KEYS: readonly string[]
  readonly CLIENTS: Pick<Parts, 'webflowClient' | 'exampleClient' | 'wixApp'>
}

/** An object of this Worker, which a test can look into. */
interface Inspected {
  query(sql: string): Promise<Record<string, unknown>[]>
  ring(): Promise<void>
  evict(): Promise<void>
}

interface Scope {
  addEventListener(type: string, listen: (event: { readonly reason: unknown }) => void): void
}
const scope = globalThis as unknown as Scope
// Node's own are seen by the test runner.
scope.addEventListener('unhandledrejection', ({ reason }) => {
  made?.uncaught.push(describeError(reason))
})

/** Ends the object that was called last. */
let abort: (() => void) | undefined
let made: ReturnType<typeof make> | undefined

function make(env: Bindings) {
  const trace: string[] = []
  const objects = watchNamespace(env.CONNECTIONS, trace)
  const database: D1DatabaseLike = {
    prepare(sql) {
      trace.push(sql.split(' ', 1)[0] ?? '')
      return env.DB.prepare(sql)
    },
  }
  return createRuntime(
    (now) => ({
      keys: env.KEYS,
      ...env.CLIENTS,
      store: kvStore(env.TOKENS),
      rotating: {
        'ex-memory': memoryStore({ now }),
        'ex-object': durableObjectStore(objects.namespace),
        'ex-d1': d1Store(database, { now }),
      },
      objects,
      objectEntries: () => entriesOfObjects(env, objects.names),
      crashingFetch: createCrashingFetch(),
    }),
    trace,
    true,
  )
}

/** Once, the object dies when the provider has answered, and the answer with it. */
function createCrashingFetch(): Parts['fetch'] & object {
  let isArmed = true
  return async (url, init) => {
    const response = await fetch(url, init)
    if (isArmed && url.endsWith('/token')) {
      isArmed = false
      abort?.()
    }
    return response
  }
}

const instance = (env: Bindings) => {
  made ??= make(env)
  return made
}

const inspect = (env: Bindings, name: string) =>
  env.CONNECTIONS.get(env.CONNECTIONS.idFromName(name)) as unknown as Inspected

function entriesOfObjects(env: Bindings, names: Iterable<string>) {
  const dumps = [...names].map(async (name) => {
    const rows = await inspect(env, name).query('SELECT key, value FROM oauth_entries')
    return [name, rows.map(({ key, value }) => [String(key), String(value)] as const)] as const
  })
  return Promise.all(dumps)
}

/** What carries requests here has a mode of its own for them, as every `fetch` has. */
function asSent(request: Request): Request {
  const headers = new Headers(request.headers)
  const mode = headers.get(MODE_HEADER)
  if (mode) headers.set('sec-fetch-mode', mode)
  else headers.delete('sec-fetch-mode')
  headers.delete(MODE_HEADER)
  return new Request(request, { headers })
}

/** Does what a test asks from outside. */
async function control(env: Bindings, name: string, args: readonly unknown[]): Promise<unknown> {
  if (name === 'object') {
    const [object, act, sql] = args as [string, ObjectAct, string]
    // The call that ends an object fails with it.
    return inspect(env, object)
      [act](sql)
      .catch(() => undefined)
  }
  const { controls } = instance(env)
  return (controls[name as 'keys'] as (...args: readonly unknown[]) => unknown)(...args)
}

export default {
  async fetch(request: Request, env: Bindings, context: never) {
    const name = new URL(request.url).pathname.match(/^\/_test\/(\w+)$/)?.[1]
    if (!name) return instance(env).running().app.fetch(asSent(request), env, context)
    const answer = await control(env, name, (await request.json()) as unknown[])
    return Response.json(answer ?? null)
  },
}

export class OAuthConnections extends connectionsObject<Bindings>({
  engine: (env, openStore) => instance(env).running().oauth.engine(env, openStore),
}) {
  readonly #state: { readonly storage: ObjectStorageLike; abort(reason: string): void }

  constructor(state: { readonly storage: ObjectStorageLike; abort(reason: string): void }, env: Bindings) {
    super(state, env)
    this.#state = state
    abort = () => state.abort('the object dies')
  }

  /** What its database says; nothing before it has made its table. */
  query(sql: string): Record<string, unknown>[] {
    try {
      return this.#state.storage.sql.exec(sql).toArray()
    } catch {
      return []
    }
  }

  /** Lets the runtime deliver now what it would later; that is no use of the object. */
  async ring(): Promise<void> {
    await this.#state.storage.setAlarm(Date.now())
  }

  evict(): void {
    this.#state.abort('the object is evicted')
  }
}
