import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { connectionsObject } from 'hono-oauth/durable-object'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: {
    tracker: oauth2({
      clientId: env.TRACKER_CLIENT_ID,
      clientSecret: env.TRACKER_CLIENT_SECRET,
      scopes: ['profile', 'items:read'],
      authorizationEndpoint: 'https://oauth.example/authorize',
      tokenEndpoint: 'https://oauth.example/token',
      revocationEndpoint: 'https://oauth.example/revoke',
      userinfoEndpoint: 'https://oauth.example/api/me',
      account: { id: 'userinfo.sub', name: 'userinfo.name' },
      apiOrigins: ['https://oauth.example'],
      redirectUri: '/callback', // as it is registered already
    }),
  },
  store: durableObjectStore(env.CONNECTIONS),
  defaultReturnTo: '/items',
}))
export class OAuthConnections extends connectionsObject(oauth) {}

const app = new Hono<{ Bindings: Env }>()
app.route('/auth', oauth.routes)
app.all('/callback', oauth.callback('tracker'))

app.get('/items', oauth.require('tracker', { scopes: ['items:read'] }), async (c) => {
  const answer = await c.var.connection.fetch('/api/items')
  return c.json(await answer.json())
})

export default app
