import { defineProvider } from '../define-provider.ts'
import type { ApiErrorHook, OwnRequest, TokenResponseHook } from '../described/options.ts'
import { oauth2 } from '../oauth2/index.ts'

/** The permissions of Facebook Login, Pages, Instagram, ads and WhatsApp; Meta adds permissions. */
export type FacebookScope =
  | 'public_profile'
  | 'email'
  | `user_${'birthday' | 'friends' | 'gender' | 'hometown' | 'likes' | 'link' | 'location' | 'photos' | 'posts' | 'videos'}`
  | `pages_${'show_list' | 'read_engagement' | 'read_user_content' | 'messaging' | 'manage_metadata' | 'manage_posts' | 'manage_engagement'}`
  | `instagram_${'basic' | 'content_publish' | 'manage_comments' | 'manage_insights' | 'manage_messages'}`
  | `ads_${'read' | 'management'}`
  | 'business_management'
  | 'catalog_management'
  | 'leads_retrieval'
  | 'read_insights'
  | `whatsapp_business_${'management' | 'messaging'}`
  | (string & {})

const INVALID_PARAMETER = 100
const INVALID_TOKEN = 190

/** Trades a living access token for one of about sixty days. */
const exchange: OwnRequest = {
  method: 'GET',
  url: 'https://graph.facebook.com/v24.0/oauth/access_token?grant_type=fb_exchange_token&client_id={client_id}&client_secret={client_secret}&fb_exchange_token={access_token}',
}

const WRONG_SECRET = 'Error validating client secret.'

/** Gives an error of the Graph API the shape of RFC 6749. Only a code is an invalid parameter by its age. */
const tokenResponse: TokenResponseHook = ({ error, ...answer }, { callback }) => {
  if (!error) return answer
  const isDead = error.code === INVALID_TOKEN || (callback !== undefined && error.code === INVALID_PARAMETER)
  if (isDead) return { error: 'invalid_grant' }
  return { error: error.message === WRONG_SECRET ? 'invalid_client' : error.type }
}

const apiError: ApiErrorHook = ({ error }) => (error?.code === INVALID_TOKEN ? 'invalid_token' : undefined)

/**
 * A connection is a Facebook user, as one app sees that user. There is no refresh token: the access token of a login is
 * traded for one of about sixty days, and that one for the next while it lives.
 *
 * Checked: two implementations (I); the revocation by one (O), September 2026.
 *
 * Unknown: whether Facebook checks PKCE: a challenge is sent, and may be ignored. A token response tells no permissions:
 * the requested ones count as granted, also those that the user has switched off. Apps that require `appsecret_proof`
 * must add it to each request themselves.
 *
 * @see {@link https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow | Meta - Manually build a login flow}
 * @example
 * ```ts
 * facebook({ clientId: env.FACEBOOK_APP_ID, clientSecret: env.FACEBOOK_APP_SECRET, scopes: ['public_profile', 'email'] })
 * ```
 */
export const facebook = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['public_profile'] as FacebookScope[],
  authorizationEndpoint: 'https://www.facebook.com/v24.0/dialog/oauth',
  tokenEndpoint: 'https://graph.facebook.com/v24.0/oauth/access_token',
  clientAuthentication: 'post',
  tokenResponse,
  refreshTokens: 'none',
  exchangeEndpoint: exchange,
  refreshEndpoint: exchange,
  userinfoEndpoint: 'https://graph.facebook.com/v24.0/me?fields=id,name',
  account: { id: 'userinfo.id', name: 'userinfo.name' },
  apiOrigins: ['https://graph.facebook.com'],
  apiErrors: { 400: apiError, 401: apiError },
  revocationEndpoint: {
    method: 'DELETE',
    url: 'https://graph.facebook.com/v24.0/{account_id}/permissions',
    as: 'api',
  },
  revokesWholeGrant: true,
})
