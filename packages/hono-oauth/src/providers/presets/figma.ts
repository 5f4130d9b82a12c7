import { defineProvider } from '../define-provider.ts'
import type { ApiErrorHook } from '../described/options.ts'
import { oauth2 } from '../oauth2/index.ts'

/** The scopes of Figma, which adds scopes. */
export type FigmaScope =
  | 'current_user:read'
  | `file_${'content' | 'metadata' | 'versions'}:read`
  | `file_${'comments' | 'dev_resources' | 'variables'}:${'read' | 'write'}`
  | `library_${'analytics' | 'assets' | 'content'}:read`
  | 'team_library_content:read'
  | 'projects:read'
  | 'selections:read'
  | `webhooks:${'read' | 'write'}`
  | (string & {})

/** The API answers 403 to a dead token and to a missing scope alike: its text tells them apart. */
const apiError: ApiErrorHook = ({ err = '' }) => {
  if (err === 'Invalid token' || err === 'Token expired') return 'invalid_token'
  const [, insufficientScope] = /^Invalid scope\(s\): (.+)$/.exec(err) ?? []
  return insufficientScope === undefined ? undefined : { insufficientScope }
}

/**
 * A connection is a Figma user; its scopes must include `current_user:read`.
 *
 * Checked: two implementations (I); the refresh endpoint by vendor documentation (D), PKCE by one implementation (O),
 * September 2026.
 *
 * Unknown: the text between scopes: a space is sent. The words of the API for a dead token are those that users report. `token_type` may be absent from answers. No revocation was found: a
 * disconnect is `deleted_only`.
 *
 * @see {@link https://developers.figma.com/docs/rest-api/authentication/ | Figma - Authentication}
 * @example
 * ```ts
 * figma({
 *   clientId: env.FIGMA_CLIENT_ID,
 *   clientSecret: env.FIGMA_CLIENT_SECRET,
 *   scopes: ['current_user:read', 'file_content:read'],
 * })
 * ```
 */
export const figma = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['current_user:read'] as FigmaScope[],
  authorizationEndpoint: 'https://www.figma.com/oauth',
  tokenEndpoint: 'https://api.figma.com/v1/oauth/token',
  refreshEndpoint: 'https://api.figma.com/v1/oauth/refresh',
  clientAuthentication: 'basic',
  tokenResponse: { token_type: 'bearer' },
  refreshTokens: 'reusable',
  userinfoEndpoint: 'https://api.figma.com/v1/me',
  account: { id: 'userinfo.id', name: ['userinfo.handle', 'userinfo.email'] },
  apiOrigins: ['https://api.figma.com'],
  apiErrors: { 403: apiError },
})
