import { defineProvider } from '../define-provider.ts'
import { oidc } from '../oidc/index.ts'

/** The scopes of Google: those of OpenID Connect, a URL for each API, and few others. */
export type GoogleScope =
  | 'openid'
  | 'email'
  | 'profile'
  | `https://www.googleapis.com/auth/${
      | `calendar${'' | '.readonly' | '.events' | '.events.readonly' | '.freebusy'}`
      | `drive${'' | '.readonly' | '.file' | '.appdata' | '.metadata.readonly'}`
      | `gmail.${'readonly' | 'send' | 'compose' | 'modify' | 'labels' | 'metadata'}`
      | `${'spreadsheets' | 'documents' | 'presentations' | 'contacts' | 'tasks' | 'youtube' | 'analytics'}${'' | '.readonly'}`
      | `userinfo.${'email' | 'profile'}`}`
  | 'https://mail.google.com/'
  | (string & {})

/**
 * A connection is a Google account. Its tokens are sent to the origins listed here alone; to list others instead, write
 * `defineProvider(google, { apiOrigins: ['https://chat.googleapis.com'] })`.
 *
 * Checked: two implementations (I); the life of refresh tokens by vendor documentation (D), September 2026.
 *
 * Unknown: whether a revocation ends every token of the account for this app: it counts as if it did. An ID token whose
 * `iss` lacks `https://` is refused; one implementation has seen such tokens.
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/web-server | Google - OAuth 2.0 for web server applications}
 * @example
 * ```ts
 * google({
 *   clientId: env.GOOGLE_CLIENT_ID,
 *   clientSecret: env.GOOGLE_CLIENT_SECRET,
 *   scopes: ['openid', 'email', 'https://www.googleapis.com/auth/calendar.readonly'],
 * })
 * ```
 */
export const google = /* @__PURE__ */ defineProvider(oidc, {
  issuer: 'https://accounts.google.com',
  scopes: ['openid', 'email', 'profile'] as GoogleScope[],
  scopeAliases: {
    email: ['https://www.googleapis.com/auth/userinfo.email'],
    profile: ['https://www.googleapis.com/auth/userinfo.profile'],
  },
  // `offline` asks for a refresh token; an account that consented before gets another one only with a new consent.
  authorizationParams: { access_type: 'offline', prompt: 'consent' },
  refreshTokens: 'reusable',
  apiOrigins: [
    'https://www.googleapis.com',
    'https://gmail.googleapis.com',
    'https://people.googleapis.com',
    'https://sheets.googleapis.com',
    'https://docs.googleapis.com',
    'https://slides.googleapis.com',
    'https://tasks.googleapis.com',
    'https://youtube.googleapis.com',
  ],
  revokesWholeGrant: true,
})
