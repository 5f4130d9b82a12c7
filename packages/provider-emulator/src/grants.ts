import { randomHex } from './encoding.ts'
import type { Clock } from './time.ts'

/** A grant: what one consent allowed. `Content` says to which client, by whom, and what. */
export type Grant<Content> = Content & {
  readonly id: string
  alive: boolean
  reuseDetectedAt: number | undefined
}

export interface AccessToken<Content> {
  readonly value: string
  readonly grant: Grant<Content>
  readonly scopes: readonly string[]
  readonly issuedAt: number
  expiresAt: number
}

export interface RefreshToken<Content> {
  readonly value: string
  readonly grant: Grant<Content>
  readonly issuedAt: number
  expiresAt: number
  used: RefreshTokenUse<Content> | undefined
}

/** The time of a refresh token's use, and the tokens that replaced it. */
export interface RefreshTokenUse<Content> {
  readonly at: number
  readonly successors: Successors<Content> | undefined
}

export interface Successors<Content> {
  readonly accessToken: AccessToken<Content>
  readonly refreshToken: RefreshToken<Content>
}

export interface Grants<Content> {
  open(content: Content): Grant<Content>
  /** Issues an access token. A provider with its own form of tokens passes the value. */
  issueAccessToken(
    grant: Grant<Content>,
    scopes: readonly string[],
    lifetimeSeconds: number,
    value?: string,
  ): AccessToken<Content>
  issueRefreshToken(grant: Grant<Content>, value?: string): RefreshToken<Content>
  /** Finds an access token that is not revoked or expired. */
  findAccessToken(value: string): AccessToken<Content> | undefined
  /** Finds a refresh token, used or not, that is not revoked or expired. */
  findRefreshToken(value: string): RefreshToken<Content> | undefined
  /** Whether the store issued this token, dead or alive. */
  knows(value: string): boolean
  /** Revokes the grant with all its access and refresh tokens. */
  end(grant: Grant<Content>): void
  list(): readonly Grant<Content>[]
  accessTokensOf(grant: Grant<Content>): readonly AccessToken<Content>[]
  refreshTokensOf(grant: Grant<Content>): readonly RefreshToken<Content>[]
  isLive(token: AccessToken<Content> | RefreshToken<Content>): boolean
  reset(): void
}

const TOKEN_BYTES = 32

/** Creates a store of grants and their tokens. `refreshTokenSeconds` is null if refresh tokens have no end. */
export function createGrants<Content>(clock: Clock, refreshTokenSeconds: number | null): Grants<Content> {
  const grants = new Set<Grant<Content>>()
  const accessTokens = new Map<string, AccessToken<Content>>()
  const refreshTokens = new Map<string, RefreshToken<Content>>()

  const isValid = ({ grant, expiresAt }: AccessToken<Content> | RefreshToken<Content>): boolean =>
    grant.alive && clock.now() < expiresAt

  return {
    open(content) {
      const grant: Grant<Content> = { id: randomHex(12), ...content, alive: true, reuseDetectedAt: undefined }
      grants.add(grant)
      return grant
    },
    issueAccessToken(grant, scopes, lifetimeSeconds, value = randomHex(TOKEN_BYTES)) {
      const issuedAt = clock.now()
      const expiresAt = issuedAt + lifetimeSeconds * 1000
      const token = { value, grant, scopes, issuedAt, expiresAt }
      accessTokens.set(value, token)
      return token
    },
    issueRefreshToken(grant, value = randomHex(TOKEN_BYTES)) {
      const issuedAt = clock.now()
      const expiresAt = issuedAt + (refreshTokenSeconds ?? Number.POSITIVE_INFINITY) * 1000
      const token: RefreshToken<Content> = { value, grant, issuedAt, expiresAt, used: undefined }
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
    knows: (value) => accessTokens.has(value) || refreshTokens.has(value),
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
