import { OAuthError } from '../../errors.ts'

/**
 * What a refusal of Wix's API means for the connection.
 *
 * Wix answers 401 for a token that is over and sometimes for a permission that is missing; a new token
 * tells the two apart, so a 401 is worth one more try with a new one.
 *
 * @returns `undefined` for every other answer, which is the caller's to judge
 */
export function apiError(status: number): OAuthError | undefined {
  const cause = new Error(`Wix answered ${status}`)
  if (status === 401) return new OAuthError('needs_reauth', { cause })
  return status === 403 ? new OAuthError('access_forbidden', { cause }) : undefined
}
