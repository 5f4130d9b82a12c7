import { Hono } from 'hono'
import { csrf } from 'hono/csrf'
import { createOAuth } from 'hono-oauth'
import { oidc } from 'hono-oauth/providers/oidc'
import { kvStore } from 'hono-oauth/stores/kv'

interface OidcEnv extends Env {
  readonly OIDC_ISSUER: string
  readonly OIDC_CLIENT_ID: string
  readonly OIDC_CLIENT_SECRET: string
}

export const oauth = createOAuth((env: OidcEnv) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: {
    company: oidc({
      issuer: env.OIDC_ISSUER,
      clientId: env.OIDC_CLIENT_ID,
      clientSecret: env.OIDC_CLIENT_SECRET,
      scopes: ['openid', 'email', 'profile'],
      refreshTokens: 'reusable', // 'rotating', the default, wants a Durable Object or D1
      redirectUri: '/callback', // as it is registered already
    }),
  },
  store: kvStore(env.TOKENS),
  // A page without a connection goes straight to the login, as before.
  onError: (c, { code, loginUrl }) =>
    loginUrl && ['not_connected', 'needs_reauth'].includes(code)
      ? c.redirect(loginUrl)
      : undefined,
}))

const app = new Hono<{ Bindings: OidcEnv }>()
app.route('/auth', oauth.routes)
app.all('/callback', oauth.callback('company'))

app.post('/logout', csrf(), async (c) => {
  await oauth.signOut(c)
  return c.text('Signed out')
})

app.get('/', oauth.require('company'), (c) =>
  c.text(`Hello, ${c.var.connection.account.name}`),
)

export default app
