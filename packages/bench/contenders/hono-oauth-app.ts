// This package, as its README sets it up; what differs is the store alone.
import { Hono } from 'hono'
import { createOAuth, type Store } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { type Env, PROVIDER, SCOPES } from './env.ts'

interface Settings {
  /** Whether the provider of this Worker rotates its refresh tokens. */
  readonly refreshTokens: 'rotating' | 'reusable'
}

export function oauthOver<E extends Env>(
  storeOf: (env: E) => Store,
  { refreshTokens }: Settings = { refreshTokens: 'rotating' },
) {
  return createOAuth((env: E) => ({
    origin: env.ORIGIN,
    keys: env.SECRET,
    providers: {
      example: oauth2({
        clientId: env.CLIENT_ID,
        clientSecret: env.CLIENT_SECRET,
        scopes: SCOPES,
        issuer: PROVIDER.issuer,
        issParameter: true,
        authorizationEndpoint: PROVIDER.authorization,
        tokenEndpoint: PROVIDER.token,
        revocationEndpoint: PROVIDER.revocation,
        userinfoEndpoint: PROVIDER.userinfo,
        account: { id: 'userinfo.sub', name: 'userinfo.name' },
        apiOrigins: [PROVIDER.issuer],
        refreshTokens,
      }),
    },
    store: storeOf(env),
  }))
}

export function appWith<E extends Env>(oauth: ReturnType<typeof oauthOver<E>>) {
  const app = new Hono<{ Bindings: E }>()
  app.route('/auth', oauth.routes)
  app.get('/me', oauth.require('example'), async (c) => {
    const { connection } = c.var
    return c.json({
      id: connection.account.id,
      token: (await connection.accessToken()).reveal(),
    })
  })
  return app
}
