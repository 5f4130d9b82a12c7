import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { webflow } from 'hono-oauth/providers/webflow'
import { kvStore } from 'hono-oauth/stores/kv'

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS, // key ring, newest first
  providers: { webflow: webflow({ clientId: env.WEBFLOW_CLIENT_ID, clientSecret: env.WEBFLOW_CLIENT_SECRET, scopes: ['sites:read'] }) },
  store: kvStore(env.TOKENS),
}))

const app = new Hono<{ Bindings: Env }>()
app.route('/auth', oauth.routes)
app.get('/sites', oauth.require('webflow', { scopes: ['sites:read'] }), async (c) => {
  const sites = await c.var.connection.fetch('/v2/sites') // only to Webflow's own host
  return c.json(await sites.json())
})
export default app
