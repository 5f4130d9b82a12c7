import { type KVNamespaceLike, kvStore } from 'hono-oauth/stores/kv'
import { type AppOptions, createApp } from './app.ts'
import { countingStore, type Operations } from './counting-store.ts'

interface Bindings {
  readonly TOKENS: KVNamespaceLike
  readonly KEYS: string
  readonly CLIENT_ID: string
  readonly CLIENT_SECRET: string
  readonly WIX_APP: AppOptions['wixApp']
}

let offsetMs = 0
let made: ReturnType<typeof make> | undefined

function make(env: Bindings) {
  const counting = countingStore(kvStore(env.TOKENS))
  const webflowClient = { id: env.CLIENT_ID, secret: env.CLIENT_SECRET }
  const now = () => Date.now() + offsetMs
  const { app, ran } = createApp({
    keys: env.KEYS,
    webflowClient,
    wixApp: env.WIX_APP,
    store: counting.store,
    now,
  })
  app.get('/_test', (c) => c.json({ operations: counting.operations, ran }))
  app.post('/_test/advance/:seconds', (c) => {
    offsetMs += Number(c.req.param('seconds')) * 1000
    return c.body(null, 204)
  })
  app.post('/_test/fail/:operation/:on', (c) => {
    const operation = c.req.param('operation') as keyof Operations
    if (c.req.param('on') === 'true') counting.failing.add(operation)
    else counting.failing.delete(operation)
    return c.body(null, 204)
  })
  return app
}

export default {
  fetch(request: Request, env: Bindings, context: never) {
    made ??= make(env)
    return made.fetch(request, env, context)
  },
}
