import { Hono } from 'hono'
import { createOAuth, isOAuthError } from 'hono-oauth'
import { github } from 'hono-oauth/providers/github'
import { kvStore } from 'hono-oauth/stores/kv'
import { html } from 'hono/html'

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: {
    github: github({
      clientId: env.GITHUB_CLIENT_ID,
      clientSecret: env.GITHUB_CLIENT_SECRET,
      scopes: ['read:user'],
    }),
  },
  store: kvStore(env.TOKENS),
  emulator: env.PROVIDER_EMULATOR, // only on your own machine
}))

const app = new Hono<{ Bindings: Env }>()
app.route('/auth', oauth.routes)

app.get('/', async (c) => {
  const connection = await oauth.connection(c, 'github')
  if (!connection) {
    return c.html(html`<a href="/auth/github/login?return_to=/">Connect GitHub</a>`)
  }
  return c.html(html`
    <p>Connected as ${connection.account.name}.</p>
    <p><a href="/profile">Profile</a></p>
    <form method="post" action="/auth/connections/${connection.id}/revoke">
      <button name="return_to" value="/">Disconnect</button>
    </form>`)
})

app.get('/profile', oauth.require('github', { scopes: ['read:user'] }), async (c) => {
  // The token goes to GitHub's own host alone.
  const answer = await c.var.connection.fetch('/user')
  if (!answer.ok) return c.text(`GitHub answered ${answer.status}.`, 502)
  return c.json(await answer.json())
})

// What a handler throws: a person gets a page, with a link that connects again.
app.onError((error, c) => {
  if (isOAuthError(error)) return oauth.errorResponse(c, error)
  console.error(error)
  return c.text('Something went wrong.', 500)
})

export default app
