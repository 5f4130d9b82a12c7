import { type Context, Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { connectionsObject } from 'hono-oauth/durable-object'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { userOf } from '../users' // your sign-in: it may stay better-auth's session

interface AppEnv {
  Bindings: Env
  Variables: { userId: string | undefined }
}

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  owner: (c: Context<AppEnv>) => c.var.userId,
  providers: {
    tracker: oauth2({
      clientId: env.TRACKER_CLIENT_ID,
      clientSecret: env.TRACKER_CLIENT_SECRET,
      scopes: ['openid', 'profile', 'items:read'],
      authorizationEndpoint: 'https://oauth.example/authorize',
      tokenEndpoint: 'https://oauth.example/token',
      revocationEndpoint: 'https://oauth.example/revoke',
      userinfoEndpoint: 'https://oauth.example/userinfo',
      account: { id: 'userinfo.sub', name: 'userinfo.name' },
      apiOrigins: ['https://oauth.example'],
      redirectUri: '/api/auth/callback/tracker', // as it is registered already
    }),
  },
  store: durableObjectStore(env.CONNECTIONS),
}))
export class OAuthConnections extends connectionsObject(oauth) {}

const app = new Hono<AppEnv>()
app.use('*', async (c, next) => {
  c.set('userId', userOf(c.req.header('authorization')))
  await next()
})
app.route('/auth', oauth.routes)
app.all('/api/auth/callback/tracker', oauth.callback('tracker'))

app.get('/items', oauth.require('tracker', { scopes: ['items:read'] }), async (c) => {
  const answer = await c.var.connection.fetch('/api/items')
  return c.json(await answer.json())
})

export default app
