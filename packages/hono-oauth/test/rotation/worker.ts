import type { ConnectionEvent } from 'hono-oauth'
import {
  connectionsObject,
  durableObjectStore,
  type ObjectNamespaceLike,
} from 'hono-oauth/durable-object'
import { type D1DatabaseLike, d1Store } from 'hono-oauth/stores/d1'
import { memoryStore } from 'hono-oauth/stores/memory'
import type { ConnectionsRpc } from '../../src/durable-object/wire.ts'
import { type ExampleClient, exampleApp, exampleOAuth } from './example-app.ts'

/** What the test gives a Worker. */
export interface Bindings {
  readonly STORE: 'object' | 'd1' | 'memory'
  readonly KEYS: string
  readonly CLIENT: ExampleClient
  readonly CONNECTIONS: ObjectNamespaceLike
  readonly DB: D1DatabaseLike
}

let offsetMs = 0
const events: ConnectionEvent[] = []
const now = () => Date.now() + offsetMs
const memory = memoryStore({ now })
/** What was asked of the storage, one entry for each way there and back. */
const operations: string[] = []

function countCalls(namespace: ObjectNamespaceLike): ObjectNamespaceLike {
  const counted = (object: ConnectionsRpc): ConnectionsRpc => ({
    storage(operation, args) {
      operations.push(operation)
      return object.storage(operation, args)
    },
    connections(operation, address, args) {
      operations.push(operation)
      return object.connections(operation, address, args)
    },
  })
  return {
    idFromName: (name) => namespace.idFromName(name),
    get: (id) => counted(namespace.get(id)),
  }
}

function countStatements(database: D1DatabaseLike): D1DatabaseLike {
  return {
    prepare(sql) {
      operations.push(sql.split(' ', 1)[0] ?? '')
      return database.prepare(sql)
    },
  }
}

const oauth = exampleOAuth<Bindings>({
  keys: (env) => env.KEYS,
  client: (env) => env.CLIENT,
  store(env) {
    if (env.STORE === 'memory') return memory
    if (env.STORE === 'd1') return d1Store(countStatements(env.DB), { now })
    return durableObjectStore(countCalls(env.CONNECTIONS))
  },
  now,
  onEvent: (event) => void events.push(event),
})

const app = exampleApp(oauth)
app.post('/_test/advance/:seconds', (c) => {
  offsetMs += Number(c.req.param('seconds')) * 1000
  return c.body(null, 204)
})
app.get('/_test/events', (c) => c.json(events))
app.get('/_test/operations', (c) => c.json(operations.splice(0)))

export default app
export class OAuthConnections extends connectionsObject(oauth) {}
