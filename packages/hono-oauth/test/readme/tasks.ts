// What the ten tasks of the READMEs write.
import { type Context, Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { github } from 'hono-oauth/providers/github'
import { google } from 'hono-oauth/providers/google'
import { webflow } from 'hono-oauth/providers/webflow'
import { wix } from 'hono-oauth/providers/wix'
import { memoryStore } from 'hono-oauth/stores/memory'

interface AppEnv {
  Bindings: Env
  Variables: { user?: { readonly id: string } }
}

const store = memoryStore()

export const oauth = createOAuth((env: Env) => {
  const { WEBFLOW_CLIENT_ID: clientId, WEBFLOW_CLIENT_SECRET: clientSecret } = env
  const [appId, appSecret, publicKey] = [clientId, clientSecret, undefined]
  return {
    origin: env.PUBLIC_ORIGIN,
    keys: env.OAUTH_KEYS,
    store,
    owner: (c: Context<AppEnv>) => c.var.user?.id,
    onError: (c, error) => c.text(error.title, error.status),
    providers: {
      google: google({ clientId, clientSecret }),
      github: github({ clientId, clientSecret }),
      webflow: webflow({ clientId, clientSecret, scopes: ['sites:read'] }),
      wix: wix({ appId, appSecret, publicKey }),
    },
  }
})

export const app = new Hono<AppEnv>()
app.use(async (c, next) => {
  c.set('user', { id: 'user-1001' })
  await next()
})
app.route('/auth', oauth.routes)
app.get('/', (c) => c.html('<a href="/auth/webflow/login?return_to=/sites">Connect</a>'))
app.get('/sites', async (c) => c.json((await oauth.list(c)).map(({ id }) => id)))
app.get('/sites/:id', oauth.require('webflow', { connection: (c) => c.req.param('id') }), async (c) => {
  const sites = await c.var.connection.fetch('/v2/sites')
  return c.json(await sites.json())
})

/** What a cron job does for one user. */
export async function countSites(env: Env, owner: string): Promise<number> {
  let count = 0
  for (const connection of await oauth.connections(env).list({ owner })) {
    const answer = await connection.fetch('/v2/sites')
    const { sites } = (await answer.json()) as { sites: unknown[] }
    count += sites.length
  }
  return count
}
