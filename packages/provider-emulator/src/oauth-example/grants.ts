import { randomHex } from '../encoding.ts'
import type { Clock } from '../time.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { ExampleClient, ExampleConfig } from './config.ts'
import type { OauthExampleUser } from './options.ts'

/** A grant: from one consent of a user, or from one client credentials request. */
export interface Grant {
  readonly id: string
  readonly client: ExampleClient
  /** Undefined for a client credentials grant. */
  readonly user: OauthExampleUser | undefined
  readonly scopes: readonly string[]
  /** When the user signed in. */
  readonly authTime: number
  alive: boolean
  reuseDetectedAt: number | undefined
}

export interface AccessToken {
  readonly value: string
  readonly grant: Grant
  readonly scopes: readonly string[]
  readonly issuedAt: number
  expiresAt: number
}

export interface RefreshToken {
  readonly value: string
  readonly grant: Grant
  readonly issuedAt: number
  readonly expiresAt: number
  used: RefreshTokenUse | undefined
}

/** The time of a refresh token's use, and the tokens that replaced it. */
export interface RefreshTokenUse {
  readonly at: number
  readonly successors: Successors | undefined
}

export interface Successors {
  readonly accessToken: AccessToken
  readonly refreshToken: RefreshToken
}

export type NewGrant = Pick<Grant, 'client' | 'user' | 'scopes' | 'authTime'>

export interface Grants {
  open(grant: NewGrant): Grant
  issueAccessToken(grant: Grant, scopes: readonly string[], lifetimeSeconds: number): AccessToken
  issueRefreshToken(grant: Grant): RefreshToken
  /** Finds an access token that is not revoked or expired. */
  findAccessToken(value: string): AccessToken | undefined
  /** Finds a refresh token, used or not, that is not revoked or expired. */
  findRefreshToken(value: string): RefreshToken | undefined
  /** Revokes the grant with all its access and refresh tokens. */
  end(grant: Grant): void
  list(): readonly Grant[]
  accessTokensOf(grant: Grant): readonly AccessToken[]
  refreshTokensOf(grant: Grant): readonly RefreshToken[]
  isLive(token: AccessToken | RefreshToken): boolean
  reset(): void
}

const TOKEN_BYTES = 32

export function createGrants(clock: Clock, { refreshTokenSeconds }: ExampleConfig): Grants {
  const grants = new Set<Grant>()
  const accessTokens = new Map<string, AccessToken>()
  const refreshTokens = new Map<string, RefreshToken>()

  const isValid = ({ grant, expiresAt }: AccessToken | RefreshToken): boolean => grant.alive && clock.now() < expiresAt

  return {
    open(granted) {
      const grant: Grant = {
        id: randomHex(12),
        ...granted,
        alive: true,
        reuseDetectedAt: undefined,
      }
      grants.add(grant)
      return grant
    },
    issueAccessToken(grant, scopes, lifetimeSeconds) {
      const issuedAt = clock.now()
      const expiresAt = issuedAt + lifetimeSeconds * 1000
      const token = { value: randomHex(TOKEN_BYTES), grant, scopes, issuedAt, expiresAt }
      accessTokens.set(token.value, token)
      return token
    },
    issueRefreshToken(grant) {
      const issuedAt = clock.now()
      const expiresAt = issuedAt + (refreshTokenSeconds ?? Number.POSITIVE_INFINITY) * 1000
      const value = randomHex(TOKEN_BYTES)
      const token: RefreshToken = { value, grant, issuedAt, expiresAt, used: undefined }
      refreshTokens.set(value, token)
      return token
    },
    findAccessToken(value) {
      const token = accessTokens.get(value)
      return token !== undefined && isValid(token) ? token : undefined
    },
    findRefreshToken(value) {
      const token = refreshTokens.get(value)
      return token !== undefined && isValid(token) ? token : undefined
    },
    end(grant) {
      grant.alive = false
    },
    list: () => [...grants],
    accessTokensOf: (grant) => [...accessTokens.values()].filter((token) => token.grant === grant),
    refreshTokensOf: (grant) => [...refreshTokens.values()].filter((token) => token.grant === grant),
    isLive: (token) => isValid(token) && !('used' in token && token.used !== undefined),
    reset() {
      grants.clear()
      accessTokens.clear()
      refreshTokens.clear()
    },
  }
}

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
