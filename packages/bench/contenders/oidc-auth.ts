// @hono/oidc-auth, with the access token kept in its session by the claims hook.
import {
  getAuth,
  type IDToken,
  type OidcAuth,
  oidcAuthMiddleware,
  processOAuthCallback,
  type TokenEndpointResponses,
} from '@hono/oidc-auth'
import { Hono } from 'hono'

declare module 'hono' {
  interface OidcAuthClaims {
    token: string
  }
}

const app = new Hono()

app.use(async (c, next) => {
  c.set('oidcClaimsHook', claimsOf)
  await next()
})
app.get('/callback', (c) => processOAuthCallback(c))
app.use('*', oidcAuthMiddleware())
app.get('/me', async (c) => {
  const auth = await getAuth(c)
  return c.json({ id: auth?.sub, token: auth?.token })
})

async function claimsOf(
  before: OidcAuth | undefined,
  claims: IDToken | undefined,
  { access_token }: TokenEndpointResponses,
) {
  return { sub: claims?.sub ?? before?.sub ?? '', token: access_token }
}

export default app
