// better-auth with its generic OAuth plugin, as its guide for Cloudflare sets it up; what differs is the
// database alone.
import type { D1Database } from '@cloudflare/workers-types'
import { betterAuth } from 'better-auth'
import { genericOAuth } from 'better-auth/plugins'
import { Hono } from 'hono'
import { type Env, PROVIDER, SCOPES } from './env.ts'

export function createAuth(env: Env, database?: D1Database) {
  return betterAuth({
    secret: env.SECRET,
    baseURL: env.ORIGIN,
    ...(database ? { database } : {}),
    advanced: { ipAddress: { ipAddressHeaders: ['cf-connecting-ip'] } },
    // All requests of the measurement come from one address.
    rateLimit: { enabled: false },
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: 'example',
            clientId: env.CLIENT_ID,
            clientSecret: env.CLIENT_SECRET,
            authorizationUrl: PROVIDER.authorization,
            tokenUrl: PROVIDER.token,
            userInfoUrl: PROVIDER.userinfo,
            scopes: SCOPES,
            pkce: true,
            accountSubject: ({ profile }) => String(profile.sub),
          },
        ],
      }),
    ],
  })
}

export type Auth = ReturnType<typeof createAuth>

export function appWith(auth: Auth) {
  const app = new Hono()
  app.on(['POST', 'GET'], '/api/auth/*', (c) => auth.handler(c.req.raw))
  return app
}
