import {
  connectionsObject,
  durableObjectStore,
  type ObjectNamespaceLike,
  type ObjectStorageLike,
} from 'hono-oauth/durable-object'
import { type ExampleClient, exampleApp, exampleOAuth } from './example-app.ts'

interface Bindings {
  readonly KEYS: string
  readonly CLIENT: ExampleClient
  readonly CONNECTIONS: ObjectNamespaceLike
}

let offsetMs = 0
/** Ends the object that is asked; armed by the test. */
let abort: (() => void) | undefined
let isArmed = false

const oauth = exampleOAuth<Bindings>({
  keys: (env) => env.KEYS,
  client: (env) => env.CLIENT,
  store: (env) => durableObjectStore(env.CONNECTIONS),
  now: () => Date.now() + offsetMs,
  config: {
    async fetch(url, init) {
      const response = await fetch(url, init)
      if (isArmed && url.endsWith('/token')) {
        isArmed = false
        // The provider has answered, and what it said is lost with the object.
        abort?.()
      }
      return response
    },
  },
})

const app = exampleApp(oauth)
app.post('/_test/advance/:seconds', (c) => {
  offsetMs += Number(c.req.param('seconds')) * 1000
  return c.body(null, 204)
})
app.post('/_test/crash', (c) => {
  isArmed = true
  return c.body(null, 204)
})
app.get('/_test/events', (c) => c.json([]))

export default app
export class OAuthConnections extends connectionsObject(oauth) {
  constructor(
    state: { readonly storage: ObjectStorageLike; abort(reason: string): void },
    env: Bindings,
  ) {
    super(state, env)
    abort = () => state.abort('the object dies')
  }
}
