import {
  connectionsObject,
  durableObjectStore,
  type ObjectNamespaceLike,
  type ObjectStorageLike,
} from 'hono-oauth/durable-object'
import { type ExampleClient, exampleApp, exampleOAuth } from '../rotation/example-app.ts'

interface Bindings {
  readonly KEYS: string
  readonly CLIENT: ExampleClient
  readonly CONNECTIONS: ObjectNamespaceLike
}

const oauth = exampleOAuth<Bindings>({
  keys: (env) => env.KEYS,
  client: (env) => env.CLIENT,
  store: (env) => durableObjectStore(env.CONNECTIONS),
  now: Date.now,
})

const app = exampleApp(oauth)
const objectOf = ({ CONNECTIONS }: Bindings, owner: string) =>
  CONNECTIONS.get(CONNECTIONS.idFromName(`owners/${owner}`))
app.post('/_test/ring/:owner', async (c) => {
  await objectOf(c.env, c.req.param('owner')).ring()
  return c.body(null, 204)
})
app.get('/_test/values/:owner', async (c) =>
  c.json(await objectOf(c.env, c.req.param('owner')).values()),
)

export default app

export class OAuthConnections extends connectionsObject(oauth) {
  readonly #storage: ObjectStorageLike

  constructor(state: { readonly storage: ObjectStorageLike }, env: Bindings) {
    super(state, env)
    this.#storage = state.storage
  }

  /** Lets the runtime deliver now what it would in a week; that is no use of the object. */
  async ring(): Promise<void> {
    await this.#storage.setAlarm(Date.now())
  }

  values(): unknown[] {
    const rows = this.#storage.sql.exec('SELECT value FROM oauth_entries').toArray()
    return rows.map((row) => row['value'])
  }
}
