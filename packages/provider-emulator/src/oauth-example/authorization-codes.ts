import type { Clock } from '../clock.ts'
import { randomHex } from '../random-hex.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { Grant } from './grants.ts'
import type { OauthExampleUser } from './resources.ts'

/** A code, what was allowed with it, and what it has led to. */
export interface AuthorizationCode {
  readonly value: string
  readonly request: AuthorizationRequest
  readonly user: OauthExampleUser
  /** When the user signed in. */
  readonly authTime: number
  readonly expiresAt: number
  /** What the first use got; set by it. */
  grant: Grant | undefined
}

export interface AuthorizationCodes {
  issue(request: AuthorizationRequest, user: OauthExampleUser): AuthorizationCode
  /** Also a code that was used or has expired: a second use has to be seen as one. */
  find(value: string): AuthorizationCode | undefined
  reset(): void
}

export function createAuthorizationCodes(
  clock: Clock,
  lifetimeSeconds: number,
): AuthorizationCodes {
  const codes = new Map<string, AuthorizationCode>()
  return {
    issue(request, user) {
      const authTime = clock.now()
      const expiresAt = authTime + lifetimeSeconds * 1000
      const value = randomHex(32)
      const code = { value, request, user, authTime, expiresAt, grant: undefined }
      codes.set(value, code)
      return code
    },
    find: (value) => codes.get(value),
    reset: () => codes.clear(),
  }
}
