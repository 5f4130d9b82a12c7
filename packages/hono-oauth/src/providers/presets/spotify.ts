import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'
import type { OtherScope } from '../other-scope.ts'

/** The scopes of Spotify. */
export type SpotifyScope =
  | 'ugc-image-upload'
  | 'app-remote-control'
  | 'streaming'
  | 'playlist-read-private'
  | 'playlist-read-collaborative'
  | 'playlist-modify-private'
  | 'playlist-modify-public'
  | 'user-read-playback-state'
  | 'user-modify-playback-state'
  | 'user-read-currently-playing'
  | 'user-read-playback-position'
  | 'user-read-recently-played'
  | 'user-top-read'
  | 'user-follow-read'
  | 'user-follow-modify'
  | 'user-library-read'
  | 'user-library-modify'
  | 'user-read-email'
  | 'user-read-private'
  | 'user-personalized'
  | `user-soa-${'link' | 'unlink'}`
  | `soa-${'manage-entitlements' | 'manage-partner' | 'create-partner'}`
  | OtherScope

/**
 * Spotify: a connection is one listener.
 *
 * Checked: two implementations (I); PKCE beside a client secret by one (O), September 2026.
 *
 * Unknown: whether a refresh token stays valid when PKCE was used. It counts as replaced at each use; a refresh
 * without a new one keeps the old. No revocation endpoint was found: a disconnect deletes the tokens here, and the
 * listener removes the app at Spotify.
 *
 * @see {@link https://developer.spotify.com/documentation/web-api/tutorials/code-flow | Spotify - Authorization code flow}
 * @see {@link https://developer.spotify.com/documentation/web-api/concepts/scopes | Spotify - Scopes}
 * @example
 * ```ts
 * spotify({
 *   clientId: env.SPOTIFY_CLIENT_ID,
 *   clientSecret: env.SPOTIFY_CLIENT_SECRET,
 *   scopes: ['playlist-read-private', 'user-library-read'],
 * })
 * ```
 */
export const spotify = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as SpotifyScope[],
  authorizationEndpoint: 'https://accounts.spotify.com/authorize',
  tokenEndpoint: 'https://accounts.spotify.com/api/token',
  userinfoEndpoint: 'https://api.spotify.com/v1/me',
  account: { id: 'userinfo.id', name: 'userinfo.display_name' },
  apiOrigins: ['https://api.spotify.com'],
})
