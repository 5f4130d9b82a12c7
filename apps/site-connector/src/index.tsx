import { Hono } from 'hono'
import { html } from 'hono/html'
import { secureHeaders } from 'hono/secure-headers'
import { isOAuthError } from 'hono-oauth'
import { api } from './api.ts'
import { checkConnections } from './check-connections.ts'
import { Dashboard, loadDashboard } from './dashboard.tsx'
import type { Env } from './env.ts'
import { logErrors, pageHeaders } from './middleware.ts'
import { oauth } from './oauth.ts'
import { PLATFORMS, type ProviderName } from './platforms.ts'
import { ProviderUnavailable } from './provider-api.ts'
import { STYLESHEET } from './stylesheet.ts'

const app = new Hono<{ Bindings: Env }>()

app.use(secureHeaders())
app.use(logErrors)
app.route('/auth', oauth.routes)
app.route('/api', api)

app.get('/', pageHeaders, async (c) => {
  const views = await loadDashboard(await oauth.list(c))
  // Only the emulator serves this provider, so a deployed app does not offer it.
  const platforms = (Object.keys(PLATFORMS) as ProviderName[]).filter(
    (name) => name !== 'example' || c.env.EXAMPLE_CLIENT_ID,
  )
  return c.html(html`<!doctype html>${<Dashboard platforms={platforms} views={views} />}`)
})
app.get('/style.css', (c) => c.body(STYLESHEET, 200, { 'content-type': 'text/css; charset=utf-8' }))

app.onError((error, c) => {
  if (isOAuthError(error)) return oauth.errorResponse(c, error)
  if (error instanceof ProviderUnavailable) {
    if (error.retryAfter) c.header('retry-after', error.retryAfter)
    return c.json({ status: 503, title: "The platform isn't available right now. Try again in a minute." }, 503)
  }
  return c.json({ status: 500, title: 'Something went wrong on our side. Try again.' }, 500)
})

export { OAuthConnections } from './oauth.ts'

export default {
  fetch: app.fetch,
  scheduled: (_controller, env, context) => checkConnections(env, context),
} satisfies ExportedHandler<Env>
