import { randomHex } from '../encoding.ts'
import type * as store from '../grants.ts'
import type { Clock } from '../time.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { ExampleClient } from './config.ts'
import type { OauthExampleUser } from './options.ts'

/** What a grant says: from one consent of a user, or from one client credentials request. */
export interface GrantContent {
  readonly client: ExampleClient
  /** Undefined for a client credentials grant. */
  readonly user: OauthExampleUser | undefined
  readonly scopes: readonly string[]
  /** When the user signed in. */
  readonly authTime: number
}

export type Grant = store.Grant<GrantContent>
export type AccessToken = store.AccessToken<GrantContent>
export type RefreshToken = store.RefreshToken<GrantContent>
export type Successors = store.Successors<GrantContent>
export type Grants = store.Grants<GrantContent>

/** An authorization code with its request. */
export interface AuthorizationCode {
  readonly value: string
  readonly request: AuthorizationRequest
  readonly user: OauthExampleUser
  /** When the user signed in. */
  readonly authTime: number
  readonly expiresAt: number
  /** The grant that the first use of the code created. */
  grant: Grant | undefined
}

export interface AuthorizationCodes {
  issue(request: AuthorizationRequest, user: OauthExampleUser): AuthorizationCode
  /** Finds a code, also a used or expired one, so that a second use is detected. */
  find(value: string): AuthorizationCode | undefined
  reset(): void
}

export function createAuthorizationCodes(clock: Clock, lifetimeSeconds: number): AuthorizationCodes {
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
