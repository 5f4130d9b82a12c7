import type { CallbackRequest } from '../../../src/providers/contract.ts'
import { type WebflowOptions, webflow } from '../../../src/providers/webflow/index.ts'
import { Secret } from '../../../src/secret.ts'

export const CLIENT_ID = 'client-id-1'
export const CLIENT_SECRET = 'canary-client-secret'
export const CODE = 'canary-code'
export const STATE = 'canary-state'
export const TOKEN = 'canary-access-token'
export const REDIRECT_URI = 'https://app.example/auth/webflow/callback'
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
export const secretToken = new Secret(TOKEN)

/** A Webflow provider with the usual settings. */
export const provider = (options: Partial<WebflowOptions> = {}) =>
  webflow({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, scopes: ['sites:read', 'pages:read'], ...options })

/** A callback as the login that belongs to it expects it. */
export const callback = (query: Record<string, string> = {}, rest: Partial<CallbackRequest> = {}): CallbackRequest => ({
  parameters: new URLSearchParams({ code: CODE, state: STATE, ...query }),
  state: STATE,
  redirectUri: REDIRECT_URI,
  now: 1_790_000_000,
  ...rest,
})

/** An introspection as Webflow documents it. */
export const introspection = (authorization: object = {}, rest: object = { application: { id: 'x' } }) => ({
  authorization: {
    id: 'grant-1',
    createdOn: '2016-10-03T23:12:00.755Z',
    grantType: 'authorization_code',
    rateLimit: 60,
    scope: 'sites:read,pages:read',
    authorizedTo: { siteIds: ['site-1', 'site-2'], workspaceIds: ['space-1'], userIds: ['user-1'] },
    ...authorization,
  },
  ...rest,
})
