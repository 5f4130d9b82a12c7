import { configurationError } from '../../errors.ts'
import { defineProvider } from '../define-provider.ts'
import type { ApiErrorHook } from '../described/options.ts'
import { type AppSettings, oauth2 } from '../oauth2/index.ts'

/** The settings of a Vercel integration. */
export interface VercelSettings extends AppSettings<never> {
  /** The URL slug of the integration, as in `vercel.com/integrations/<slug>`. */
  readonly slug: string
}

/** The API answers 403 to a dead token and to a missing permission alike. */
const apiError: ApiErrorHook = ({ error }) =>
  error?.invalidToken === true || error?.message === 'Not authorized' ? 'invalid_token' : undefined

/**
 * Vercel, integration: a connection is one installation, in a personal account or a team. Its permissions are those of
 * the integration; Vercel has no scopes here. Calls for a team need `teamId` of the details as a query parameter.
 * An installation from the marketplace comes back with a code and without our state. That code is never sent: the
 * preset starts the external flow of the same integration, where Vercel gives an existing installation a new code.
 *
 * Checked: vendor documentation of both ways to install (D); token request and response by two implementations (I),
 * September 2026.
 *
 * Unknown: by which member the API tells a dead token: two that users report are read. A revocation endpoint for the app; a disconnect deletes the token here, and the person uninstalls the
 * integration at Vercel. Tokens have no end. After a marketplace installation the login ends in the app, and not at
 * the address `next` that Vercel sent.
 *
 * @param settings - `slug`, the last part of the address of the integration, and what every provider takes
 * @throws OAuthError `configuration_invalid` for a setting that is missing or wrong
 * @see {@link https://vercel.com/docs/integrations/install-integration | Vercel - Install an integration}
 * @example
 * ```ts
 * vercel({ clientId: env.VERCEL_CLIENT_ID, clientSecret: env.VERCEL_CLIENT_SECRET, slug: 'my-integration' })
 * ```
 */
export function vercel({ slug, ...app }: VercelSettings) {
  if (!slug) {
    throw configurationError('vercel slug', 'is missing. It is the last part of vercel.com/integrations/<slug>')
  }
  return defineProvider(oauth2, {
    scopes: [] as never[],
    authorizationEndpoint: `https://vercel.com/integrations/${encodeURIComponent(slug)}/new`,
    restartsWithoutState: true,
    pkce: false,
    tokenEndpoint: 'https://api.vercel.com/v2/oauth/access_token',
    clientAuthentication: 'post',
    refreshTokens: 'none',
    account: { id: 'token.installation_id' },
    details: { teamId: 'token.team_id', userId: 'token.user_id' },
    apiOrigins: ['https://api.vercel.com'],
    apiErrors: { 403: apiError },
  })(app)
}
