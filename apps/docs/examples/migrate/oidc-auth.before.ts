import {
  getAuth,
  oidcAuthMiddleware,
  processOAuthCallback,
  revokeSession,
} from '@hono/oidc-auth'
import { Hono } from 'hono'

// Configured by OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_REDIRECT_URI and OIDC_AUTH_SECRET.
const app = new Hono()

app.get('/logout', async (c) => {
  await revokeSession(c)
  return c.text('Signed out')
})
app.get('/callback', (c) => processOAuthCallback(c))
app.use('*', oidcAuthMiddleware())

app.get('/', async (c) => {
  const auth = await getAuth(c)
  return c.text(`Hello, ${auth?.email}`)
})

export default app
