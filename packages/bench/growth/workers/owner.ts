// An app with users of its own, each of whom may have many connections at one provider.
import type { KVNamespace } from '@cloudflare/workers-types'
import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { kvStore } from 'hono-oauth/stores/kv'
import { seedConnection } from 'hono-oauth/testing'
import { type Env, PROVIDER, SCOPES } from '../../contenders/env.ts'

interface OwnerEnv extends Env {
  readonly TOKENS: KVNamespace
}

const oauth = createOAuth((env: OwnerEnv) => ({
  origin: env.ORIGIN,
  keys: env.SECRET,
  owner: (c) => c.req.header('x-user'),
  providers: {
    example: oauth2({
      clientId: env.CLIENT_ID,
      clientSecret: env.CLIENT_SECRET,
      scopes: SCOPES,
      authorizationEndpoint: PROVIDER.authorization,
      tokenEndpoint: PROVIDER.token,
      userinfoEndpoint: PROVIDER.userinfo,
      account: { id: 'userinfo.sub', name: 'userinfo.name' },
      apiOrigins: [PROVIDER.issuer],
      refreshTokens: 'reusable',
    }),
  },
  store: kvStore(env.TOKENS, { cacheSeconds: 0 }),
}))

const app = new Hono<{ Bindings: OwnerEnv }>()
app.route('/auth', oauth.routes)
app.get('/me', oauth.require('example'), (c) => c.json({ id: c.var.connection.account.id }))
app.post('/seed/:owner/:from/:to', async (c) => {
  const { owner, from, to } = c.req.param()
  const tokens = { accessToken: 'a'.repeat(43), refreshToken: 'r'.repeat(43), expiresInSeconds: 24 * 60 * 60 }
  for (let index = Number(from); index < Number(to); index++) {
    const account = { id: `account-${index}`, name: `Account ${index}` }
    await seedConnection(oauth, c.env, { owner, provider: 'example', tokens, account })
  }
  return c.body(null, 204)
})
app.get('/length', async (c) => {
  const { keys } = await c.env.TOKENS.list()
  const values = await Promise.all(keys.map(({ name }) => c.env.TOKENS.get(name)))
  return c.json(Math.max(...values.map((value) => value?.length ?? 0)))
})

export default app
