import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { github } from 'hono-oauth/providers/github'
import { kvStore } from 'hono-oauth/stores/kv'

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: {
    github: github({
      clientId: env.GITHUB_CLIENT_ID,
      clientSecret: env.GITHUB_CLIENT_SECRET,
      scopes: ['read:user', 'repo'],
      redirectUri: '/github', // as it is registered already
    }),
  },
  store: kvStore(env.TOKENS),
  defaultReturnTo: '/repos',
}))

const app = new Hono<{ Bindings: Env }>()
app.route('/auth', oauth.routes)
app.all('/github', oauth.callback('github'))

app.get('/repos', oauth.require('github'), async (c) => {
  const answer = await c.var.connection.fetch('/user/repos')
  return c.json(await answer.json())
})

export default app
