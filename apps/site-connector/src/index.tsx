import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { isOAuthError } from 'hono-oauth'
import { accounts } from './accounts.tsx'
import { api } from './api.ts'
import { checkConnections } from './check-connections.ts'
import type { Env, WebhookMessage } from './env.ts'
import { logErrors, pageHeaders } from './middleware.ts'
import { oauth } from './oauth.ts'
import { showError } from './page/error-page.tsx'
import { messagePage } from './page/layout.tsx'
import { FAVICON } from './page/marks.tsx'
import { STYLESHEET } from './page/stylesheet.ts'
import { ProviderUnavailable } from './provider-api.ts'
import { setup } from './setup.tsx'
import { handleWebhooks } from './webhook-queue.ts'

const app = new Hono<{ Bindings: Env }>()

// The policy of each page names who may frame it, which is the newer form of X-Frame-Options.
app.use(secureHeaders({ xFrameOptions: false }))
app.use(logErrors)
app.route('/auth', oauth.routes)
app.route('/api', api)
app.use(pageHeaders)
app.route('/', accounts)
app.route('/setup', setup)
app.get('/style.css', (c) => c.body(STYLESHEET, 200, { 'content-type': 'text/css; charset=utf-8' }))
app.get('/favicon.svg', (c) => c.body(FAVICON, 200, { 'content-type': 'image/svg+xml' }))
app.notFound((c) =>
  c.html(messagePage('There is no such page', ['The address may be mistyped.'], <a href="/">Your accounts</a>), 404),
)

app.onError((error, c) => {
  if (isOAuthError(error)) return showError(c, error) ?? oauth.errorResponse(c, error)
  if (error instanceof ProviderUnavailable) {
    if (error.retryAfter) c.header('retry-after', error.retryAfter)
    return c.json({ status: 503, title: "The platform isn't available right now. Try again in a minute." }, 503)
  }
  if ('getResponse' in error) return error.getResponse()
  return c.json({ status: 500, title: 'Something went wrong on our side. Try again.' }, 500)
})

export { OAuthConnections } from './oauth.ts'

export default {
  fetch: app.fetch,
  scheduled: (_controller, env, context) => checkConnections(env, context),
  queue: handleWebhooks,
} satisfies ExportedHandler<Env, WebhookMessage>
