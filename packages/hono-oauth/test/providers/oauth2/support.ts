import type { CallbackRequest, StoredGrant } from '../../../src/providers/contract.ts'
import { type OAuth2Options, oauth2 } from '../../../src/providers/oauth2/index.ts'
import { Secret } from '../../../src/secret.ts'

export const CLIENT_ID = 'client-id-1'
export const CLIENT_SECRET = 'canary-client-secret'
export const CODE = 'canary-code'
export const STATE = 'canary-state'
export const TOKEN = 'canary-access-token'
export const REFRESH = 'canary-refresh-token'
export const REDIRECT_URI = 'https://app.example/auth/example/callback'
// RFC 7636, appendix B.
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

export const LOGIN = 'https://login.example'
export const USERINFO = 'https://api.example/me'
export const accessToken = new Secret(TOKEN)
export const refreshToken = new Secret(REFRESH)

export const SETTINGS: OAuth2Options = {
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  scopes: ['items:read', 'profile'],
  authorizationEndpoint: `${LOGIN}/authorize`,
  tokenEndpoint: `${LOGIN}/token`,
  revocationEndpoint: `${LOGIN}/revoke`,
  apiOrigins: ['https://api.example'],
}

/** A provider with the usual settings. */
export const provider = (options: Partial<OAuth2Options> = {}) => oauth2({ ...SETTINGS, ...options })

/** A grant as it is stored. */
/** A request to the API. */
export const TARGET = { url: new URL('https://api.example.com/items'), now: 1_800_000_000 }

export const stored = (members: Partial<StoredGrant> = {}): StoredGrant => ({
  id: 'default',
  account: { id: 'default', name: null },
  details: {},
  scopes: ['items:read', 'profile'],
  accessToken,
  ...members,
})

/** A callback as the login that belongs to it expects it. */
export const callback = (query: Record<string, string> = {}, rest: Partial<CallbackRequest> = {}): CallbackRequest => ({
  parameters: new URLSearchParams({ code: CODE, state: STATE, ...query }),
  state: STATE,
  redirectUri: REDIRECT_URI,
  codeVerifier: VERIFIER,
  now: 1_790_000_000,
  ...rest,
})

/** The members of a token response. */
export const tokenAnswer = (members: object = {}) => ({
  access_token: TOKEN,
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: REFRESH,
  ...members,
})

/** What every provider of OAuth 2.0 is without settings, and what settings make of it. */
export const DEFAULTS = {
  pkce: true,
  restartsWithoutState: false,
  refreshTokens: 'rotating',
  revokesWholeGrant: false,
  loginParams: [],
}
export const REPLACED = {
  pkce: false,
  refreshTokens: 'reusable',
  revokesWholeGrant: true,
  loginParams: ['login_hint'],
} as const
export const API_ORIGINS = ['https://api.example', 'https://files.example:8443'] as const

/** Words of errors of settings. */
export const NO_URL = 'is not an https URL without credentials and fragment'
export const NO_ORIGIN = 'apiOrigins has an entry that is no origin like https://api.example.com, without a path'
export const NO_SECRET = 'clientSecret is missing, and clientAuthentication needs it'
const UNSET =
  'is missing. Add its variable to .dev.vars, or to the deployed Worker with `npx wrangler secret put <name>`'
export const NO_ID = `clientId ${UNSET}`
export const MISSING_SECRET = `clientSecret ${UNSET}`
