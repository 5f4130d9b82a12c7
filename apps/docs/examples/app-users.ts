import { type Context, Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { github } from 'hono-oauth/providers/github'
import { kvStore } from 'hono-oauth/stores/kv'
import { userOf } from './users' // your own sign-in

interface AppEnv {
  Bindings: Env
  Variables: { userId: string | undefined }
}

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  owner: (c: Context<AppEnv>) => c.var.userId, // `undefined`: not signed in
  providers: {
    github: github({
      clientId: env.GITHUB_CLIENT_ID,
      clientSecret: env.GITHUB_CLIENT_SECRET,
      scopes: ['repo'],
    }),
  },
  store: kvStore(env.TOKENS),
}))

const app = new Hono<AppEnv>()

// First who the user is, then the routes that need to know.
app.use('*', async (c, next) => {
  c.set('userId', userOf(c.req.header('authorization')))
  await next()
})
app.route('/auth', oauth.routes)

app.get('/repos', oauth.require('github'), async (c) => {
  const answer = await c.var.connection.fetch('/user/repos')
  return c.json(await answer.json())
})

export default app
