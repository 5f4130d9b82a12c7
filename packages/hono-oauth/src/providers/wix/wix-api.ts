import { OAuthError } from '../../errors.ts'
import type { Secret } from '../../secret.ts'

/** The app and its credentials at Wix. */
export interface WixApp {
  readonly appId: string
  readonly appSecret: Secret
}

/** The origin of every API of Wix. */
export const WIX_API = 'https://www.wixapis.com'

/**
 * The error of a connection after Wix's API answered 401 or 403.
 *
 * Wix answers 401 for an expired token, and sometimes for a missing permission. The renewal after a 401 tells them
 * apart: after it only a missing permission is still refused.
 *
 * @returns `undefined` for every other answer, which the caller judges
 */
export function apiError(status: number): OAuthError | undefined {
  const cause = new Error(`Wix answered ${status}`)
  if (status === 401) return new OAuthError('needs_reauth', { cause })
  return status === 403 ? new OAuthError('access_forbidden', { cause }) : undefined
}
