// Without a database, better-auth keeps session and account in sealed cookies.
import { env } from 'cloudflare:workers'
import { appWith, createAuth } from './better-auth-app.ts'

const auth = createAuth(env)
const app = appWith(auth)

app.get('/me', async (c) => {
  const { headers } = c.req.raw
  const session = await auth.api.getSession({ headers })
  if (!session) return c.text('Log in first.', 401)
  const { accessToken } = await auth.api.getAccessToken({
    body: { useAccountCookie: true },
    headers,
  })
  return c.json({ id: session.user.id, token: accessToken })
})

export default app
