import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { html } from 'hono/html'
import { createOAuth } from 'hono-oauth'
import { webflow } from 'hono-oauth/providers/webflow'
import { kvStore } from 'hono-oauth/stores/kv'
import { userOf } from './users.ts'

const SPA = 'https://spa.example'

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  allowedOrigins: [SPA],
  defaultReturnTo: `${SPA}/`,
  owner: (c) => userOf(c.req.header('authorization')), // `undefined` without a token
  keys: env.OAUTH_KEYS,
  providers: {
    webflow: webflow({
      clientId: env.WEBFLOW_CLIENT_ID,
      clientSecret: env.WEBFLOW_CLIENT_SECRET,
      scopes: ['sites:read'],
    }),
  },
  store: kvStore(env.TOKENS),
}))

const app = new Hono<{ Bindings: Env }>()
app.route('/auth', oauth.routes)
app.use('/api/*', cors({ origin: SPA, credentials: true }))
app.post('/api/connect', (c) => oauth.login(c, 'webflow', { returnTo: `${SPA}/sites`, json: true }))
app.get('/api/sites', oauth.require('webflow'), async (c) => {
  const sites = await c.var.connection.fetch('/v2/sites')
  return c.json(await sites.json())
})

app.post('/api/popup', (c) => oauth.login(c, 'webflow', { returnTo: '/connected', json: true }))
app.get('/connected', (c) => {
  const nonce = crypto.randomUUID()
  c.header('content-security-policy', `default-src 'none'; script-src 'nonce-${nonce}'`)
  return c.html(html`<!doctype html>
<title>Connected</title>
<p>Connected. You can close this window.</p>
<script nonce="${nonce}">
  window.opener?.postMessage({ type: 'connected', provider: 'webflow' }, '${SPA}')
  window.close()
</script>`)
})
export default app
