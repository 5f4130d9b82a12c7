import { Hono } from 'hono'
import { html } from 'hono/html'
import { secureHeaders } from 'hono/secure-headers'
import { isOAuthError } from 'hono-oauth'
import { Dashboard, loadDashboard } from './dashboard.tsx'
import type { Env } from './env.ts'
import { logErrors } from './log-errors.ts'
import { oauth } from './oauth.ts'
import { pageHeaders } from './page-headers.ts'
import { STYLESHEET } from './stylesheet.ts'
import { getAccount, listSites, WebflowUnavailable } from './webflow-api.ts'

const app = new Hono<{ Bindings: Env }>()

app.use(secureHeaders())
app.use(logErrors)
app.route('/auth', oauth.routes)

app.get('/', pageHeaders, async (c) => {
  const dashboard = await loadDashboard(await oauth.list(c))
  return c.html(html`<!doctype html>${<Dashboard {...dashboard} />}`)
})
app.get('/style.css', (c) => c.body(STYLESHEET, 200, { 'content-type': 'text/css; charset=utf-8' }))

app.get('/api/webflow/sites', oauth.require('webflow', { scopes: ['sites:read'] }), async (c) =>
  c.json({ sites: await listSites(c.var.connection) }),
)
app.get(
  '/api/webflow/account',
  oauth.require('webflow', { scopes: ['authorized_user:read'] }),
  async (c) => c.json({ account: await getAccount(c.var.connection) }),
)

app.onError((error, c) => {
  if (isOAuthError(error)) return oauth.errorResponse(c, error)
  if (error instanceof WebflowUnavailable) {
    if (error.retryAfter) c.header('retry-after', error.retryAfter)
    return c.json({ status: 503, title: 'Webflow is not available at the moment' }, 503)
  }
  return c.json({ status: 500, title: 'Something went wrong on our side' }, 500)
})

export default app
