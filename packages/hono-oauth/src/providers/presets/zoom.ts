import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** Scopes of Zoom, granular (`meeting:read:meeting`) or classic (`meeting:read`); an app has one of both kinds. */
export type ZoomScope =
  | 'user:read:user'
  | 'meeting:read:meeting'
  | 'meeting:read:list_meetings'
  | 'meeting:write:meeting'
  | 'cloud_recording:read:list_user_recordings'
  | 'webinar:read:webinar'
  | 'user:read'
  | 'meeting:read'
  | 'meeting:write'
  | 'recording:read'
  | 'webinar:read'
  | (string & {})

/**
 * Zoom: a connection is one person in a Zoom account.
 *
 * Checked: two implementations (I), September 2026.
 *
 * Unknown: whether revocation takes both kinds of tokens; each is sent, and a refused one counts as `deleted_only`.
 * API calls go to `https://api.zoom.us`; the origin of the person's region is in the detail `apiUrl`. Without
 * `scopes`, Zoom grants those of the app, which must have `user:read:user` or `user:read`.
 *
 * @see {@link https://developers.zoom.us/docs/integrations/oauth/ | Zoom - OAuth}
 * @example
 * ```ts
 * zoom({ clientId: env.ZOOM_CLIENT_ID, clientSecret: env.ZOOM_CLIENT_SECRET })
 * ```
 */
export const zoom = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as ZoomScope[],
  authorizationEndpoint: 'https://zoom.us/oauth/authorize',
  tokenEndpoint: 'https://zoom.us/oauth/token',
  userinfoEndpoint: 'https://api.zoom.us/v2/users/me',
  account: { id: 'userinfo.id', name: 'userinfo.display_name' },
  details: { accountId: 'userinfo.account_id', apiUrl: 'token.api_url' },
  apiOrigins: ['https://api.zoom.us'],
  revocationEndpoint: 'https://zoom.us/oauth/revoke',
})
