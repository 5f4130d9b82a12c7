// Auth.js with a provider of its own kind; the tokens are kept in its session, and renewed there, as its
// guide says (authjs.dev/guides/refresh-token-rotation).
import type { JWT } from '@auth/core/jwt'
import type { OAuthConfig } from '@auth/core/providers'
import { authHandler, initAuthConfig, verifyAuth } from '@hono/auth-js'
import { Hono } from 'hono'
import { type Env as Common, PROVIDER, SCOPES } from './env.ts'

interface Env extends Common {
  readonly AUTH_URL: string
}

interface Profile {
  readonly sub: string
  readonly name: string
  readonly email: string
}

declare module '@auth/core/jwt' {
  interface JWT {
    accessToken?: string | undefined
    refreshToken?: string | undefined
    /** In seconds since the epoch. */
    expiresAt?: number | undefined
    error?: string | undefined
  }
}

const app = new Hono<{ Bindings: Env }>()

app.use(
  '*',
  initAuthConfig((c) => ({
    secret: c.env.SECRET,
    basePath: '/api/auth',
    trustHost: true,
    providers: [exampleProvider(c.env)],
    callbacks: {
      async jwt({ token, account }) {
        if (account) {
          return {
            ...token,
            accessToken: account.access_token,
            refreshToken: account.refresh_token,
            expiresAt: account.expires_at,
          }
        }
        if (Date.now() < (token.expiresAt ?? 0) * 1000) return token
        return renew(token, c.env)
      },
    },
  })),
)
app.use('/api/auth/*', authHandler())
app.use('/me', verifyAuth())
app.get('/me', (c) => {
  const token = c.get('authUser').token
  if (!token || token.error) return c.text('Log in again.', 401)
  return c.json({ id: token.sub, token: token.accessToken })
})

function exampleProvider(env: Env): OAuthConfig<Profile> {
  return {
    id: 'example',
    name: 'Example',
    type: 'oauth',
    issuer: PROVIDER.issuer,
    clientId: env.CLIENT_ID,
    clientSecret: env.CLIENT_SECRET,
    authorization: { url: PROVIDER.authorization, params: { scope: SCOPES.join(' ') } },
    token: PROVIDER.token,
    userinfo: PROVIDER.userinfo,
    checks: ['pkce', 'state'],
    profile: ({ sub, name, email }) => ({ id: sub, name, email }),
  }
}

async function renew(token: JWT, env: Env): Promise<JWT> {
  const answer = await fetch(PROVIDER.token, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: env.CLIENT_ID,
      client_secret: env.CLIENT_SECRET,
      grant_type: 'refresh_token',
      refresh_token: token.refreshToken ?? '',
    }),
  })
  if (!answer.ok) return { ...token, error: 'RefreshTokenError' }
  const tokens = (await answer.json()) as {
    access_token: string
    expires_in: number
    refresh_token?: string
  }
  return {
    ...token,
    accessToken: tokens.access_token,
    expiresAt: Math.floor(Date.now() / 1000 + tokens.expires_in),
    refreshToken: tokens.refresh_token ?? token.refreshToken,
  }
}

export default app
