import {
  connectionsObject,
  durableObjectStore,
  type ObjectNamespaceLike,
  type ObjectStorageLike,
} from 'hono-oauth/durable-object'
import { type ExampleClient, exampleOAuth } from '../rotation/example-app.ts'

interface Bindings {
  readonly KEYS: string
  readonly CLIENT: ExampleClient
  readonly CONNECTIONS: ObjectNamespaceLike
}

/** An operation on the store, or `tables`: in which object, at what time, and what. */
export type Operation = readonly [object: string, now: number, name: string, ...args: unknown[]]

let now = 0

const oauth = exampleOAuth<Bindings>({
  keys: (env) => env.KEYS,
  client: (env) => env.CLIENT,
  store: (env) => durableObjectStore(env.CONNECTIONS),
  now: () => now,
})

/** Runs one operation on the store in workerd: the body is it. */
export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    const [object, time, name, ...args] = (await request.json()) as Operation
    now = time
    if (name === 'tables') {
      const stub = env.CONNECTIONS.get(env.CONNECTIONS.idFromName(object))
      return Response.json({ value: await stub.tables() })
    }
    const store = durableObjectStore({
      idFromName: () => env.CONNECTIONS.idFromName(object),
      get: (id) => env.CONNECTIONS.get(id),
    })
    const run = store[name as 'get'] as (...args: unknown[]) => Promise<unknown>
    return Response.json({ value: await run(...args) })
  },
}

export class OAuthConnections extends connectionsObject(oauth) {
  readonly #storage: ObjectStorageLike

  constructor(state: { readonly storage: ObjectStorageLike }, env: Bindings) {
    super(state, env)
    this.#storage = state.storage
  }

  /** The tables of the package: those of the runtime begin with an underscore. */
  tables(): unknown[] {
    const rows = this.#storage.sql.exec("SELECT name FROM sqlite_schema WHERE name GLOB 'oauth*'")
    return rows.toArray().map((row) => row['name'])
  }
}
