import { randomBytes } from 'node:crypto'
import { ORIGIN } from './browser.ts'
import { CLIENT } from './provider.ts'

// The key that signs or seals: another one in each run.
const SECRET = randomBytes(32).toString('base64')

/** What every Worker is given. */
export const BINDINGS = {
  ORIGIN,
  CLIENT_ID: CLIENT.id,
  CLIENT_SECRET: CLIENT.secret,
  SECRET,
  AUTH_URL: `${ORIGIN}/api/auth`,
  OIDC_AUTH_SECRET: SECRET,
  OIDC_ISSUER: 'https://oauth.example',
  OIDC_CLIENT_ID: CLIENT.id,
  OIDC_CLIENT_SECRET: CLIENT.secret,
  OIDC_SCOPES: 'openid profile email items:read',
}
