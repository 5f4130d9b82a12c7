import { Hono } from 'hono'
import { html } from 'hono/html'
import { createOAuth } from 'hono-oauth'
import { webflow } from 'hono-oauth/providers/webflow'
import { kvStore } from 'hono-oauth/stores/kv'

const app = new Hono<{ Bindings: Env }>()

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: { webflow: webflow({ clientId: env.WEBFLOW_CLIENT_ID, clientSecret: env.WEBFLOW_CLIENT_SECRET, scopes: ['sites:read'] }) },
  store: kvStore(env.TOKENS),
  onFailed: (c, { returnTo }) => c.redirect(returnTo, 303),
  onError: (c, error) => c.html(html`<h1>Acme: ${error.title}</h1><p>${error.advice}</p>`, error.status),
}))

app.get('/account', async (c) => {
  const notice = await oauth.notice(c)
  if (notice?.type === 'connected') return c.text(`Connected as ${notice.account.name}`)
  if (notice?.type === 'disconnected') return c.text(`Disconnected: ${notice.outcome}`)
  return c.text(notice ? `${notice.title}. ${notice.advice}` : 'Nothing has happened')
})
