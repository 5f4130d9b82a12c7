import { ControlError } from '../control/members.ts'
import type { Grant } from './grants.ts'
import type { ExampleModel } from './model.ts'

/** A grant as it stands, without a token's text. */
export interface OauthExampleGrant {
  readonly id: string
  readonly clientId: string
  /** The user's `sub`; null when the client got a token for itself. */
  readonly subject: string | null
  readonly scopes: readonly string[]
  readonly alive: boolean
  readonly accessTokensIssued: number
  /** Those that neither expired nor were revoked. */
  readonly liveAccessTokens: number
  readonly refreshTokensIssued: number
  /** Those that nobody used yet, and that neither expired nor were revoked. */
  readonly liveRefreshTokens: number
  /** When a used refresh token ended it: ISO 8601 on the emulator's clock. */
  readonly reuseDetectedAt: string | null
}

/** What a test can see and do; `/_emulator/oauth.example` offers the same over HTTP. */
export interface OauthExampleControl {
  /** Every grant so far, oldest first. */
  grants(): OauthExampleGrant[]
  /** Ends a grant, as a user does in the account's settings. Throws for an unknown id. */
  revokeGrant(id: string): OauthExampleGrant
  /** Lets every access token expire now; refresh tokens stay good. Returns how many there were. */
  expireAccessTokens(): number
}

export function createOauthExampleControl({
  grants,
  surroundings,
}: ExampleModel): OauthExampleControl {
  const describe = (grant: Grant): OauthExampleGrant => {
    const accessTokens = grants.accessTokensOf(grant)
    const refreshTokens = grants.refreshTokensOf(grant)
    const { id, client, user, scopes, alive, reuseDetectedAt } = grant
    return {
      id,
      clientId: client.id,
      subject: user?.sub ?? null,
      scopes,
      alive,
      accessTokensIssued: accessTokens.length,
      liveAccessTokens: accessTokens.filter(grants.isLive).length,
      refreshTokensIssued: refreshTokens.length,
      liveRefreshTokens: refreshTokens.filter(grants.isLive).length,
      reuseDetectedAt:
        reuseDetectedAt === undefined ? null : new Date(reuseDetectedAt).toISOString(),
    }
  }
  return {
    grants: () => grants.list().map(describe),
    revokeGrant(id) {
      const grant = grants.list().find((candidate) => candidate.id === id)
      if (grant === undefined) throw new ControlError(404, `There is no grant "${id}".`)
      grants.end(grant)
      return describe(grant)
    },
    expireAccessTokens() {
      const live = grants.list().flatMap(grants.accessTokensOf).filter(grants.isLive)
      for (const token of live) token.expiresAt = surroundings.clock.now()
      return live.length
    },
  }
}
