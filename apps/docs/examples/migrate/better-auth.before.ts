import { betterAuth } from 'better-auth'
import { genericOAuth } from 'better-auth/plugins'
import { Hono } from 'hono'

interface AuthEnv extends Env {
  readonly BETTER_AUTH_SECRET: string
}

const createAuth = (env: AuthEnv) =>
  betterAuth({
    secret: env.BETTER_AUTH_SECRET,
    baseURL: env.PUBLIC_ORIGIN,
    database: env.DATABASE,
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: 'tracker',
            clientId: env.TRACKER_CLIENT_ID,
            clientSecret: env.TRACKER_CLIENT_SECRET,
            authorizationUrl: 'https://oauth.example/authorize',
            tokenUrl: 'https://oauth.example/token',
            userInfoUrl: 'https://oauth.example/userinfo',
            scopes: ['openid', 'profile', 'items:read'],
            pkce: true,
          },
        ],
      }),
    ],
  })

const app = new Hono<{ Bindings: AuthEnv }>()
app.on(['POST', 'GET'], '/api/auth/*', (c) => createAuth(c.env).handler(c.req.raw))

app.get('/items', async (c) => {
  const auth = createAuth(c.env)
  const { headers } = c.req.raw
  const session = await auth.api.getSession({ headers })
  if (!session) return c.text('Sign in first.', 401)
  const accounts = await auth.api.listUserAccounts({ headers })
  const account = accounts.find(({ providerId }) => providerId === 'tracker')
  if (!account) return c.text('Connect the tracker first.', 401)
  const { accessToken } = await auth.api.getAccessToken({
    body: { accountId: account.id },
    headers,
  })
  const answer = await fetch('https://oauth.example/api/items', {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  return c.json(await answer.json())
})

export default app
