import { oauth2 } from 'hono-oauth/providers/oauth2'
import { DEFAULT_OAUTH_EXAMPLE_CLIENT } from 'provider-emulator'
import { noteSecret } from '../support/notes.ts'

export const CLIENT = DEFAULT_OAUTH_EXAMPLE_CLIENT
/** 32 random bytes, made for these tests. */
export const KEYS = 'Xq3Jm0bV8rTnYcE5wLhKz2FaUdGs7iPoRt91BvNxQ4M'

/** `oauth.example` without `openid`: an ID token costs an RSA signature, and nobody reads it. */
export function plainExample() {
  noteSecret('the key', KEYS)
  noteSecret('a client secret', CLIENT.secret)
  return oauth2({
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: ['profile', 'items:read'],
    issuer: 'https://oauth.example',
    issParameter: true,
    authorizationEndpoint: 'https://oauth.example/authorize',
    tokenEndpoint: 'https://oauth.example/token',
    revocationEndpoint: 'https://oauth.example/revoke',
    account: { url: 'https://oauth.example/api/me' },
    apiOrigins: ['https://oauth.example'],
  })
}
