import { oauth2 } from 'hono-oauth/providers/oauth2'
import type { Env } from './env.ts'

const SERVER = 'https://oauth.example'

/**
 * The plain OAuth 2.0 server of the provider emulator. To connect another server, put its endpoints
 * here and its title in `platforms.ts`.
 */
export function oauthExample(env: Env) {
  return oauth2({
    clientId: String(env.EXAMPLE_CLIENT_ID),
    clientSecret: env.EXAMPLE_CLIENT_SECRET,
    scopes: ['openid', 'profile', 'items:read'],
    issuer: SERVER,
    issParameter: true,
    authorizationEndpoint: `${SERVER}/authorize`,
    tokenEndpoint: `${SERVER}/token`,
    revocationEndpoint: `${SERVER}/revoke`,
    userinfoEndpoint: `${SERVER}/userinfo`,
    account: { id: 'userinfo.sub', name: 'userinfo.name' },
    apiOrigins: [SERVER],
  })
}
