import { Hono } from 'hono'
import type { Grant, Grants } from '../grants.ts'
import type { Clock } from '../time.ts'
import { ControlError, methodNotAllowed, readMembers, requiredText } from './control-request.ts'

/** The current state of a grant, without token values. */
export interface GrantState {
  readonly id: string
  readonly clientId: string
  /** The id of the user or account. Null for a client credentials grant. */
  readonly subject: string | null
  readonly scopes: readonly string[]
  readonly alive: boolean
  readonly accessTokensIssued: number
  /** The access tokens that are neither expired nor revoked. */
  readonly liveAccessTokens: number
  readonly refreshTokensIssued: number
  /** The refresh tokens that are not used, expired or revoked. */
  readonly liveRefreshTokens: number
  /** When the reuse of a refresh token revoked the grant, on the emulator's clock, as ISO 8601. */
  readonly reuseDetectedAt: string | null
}

/** The control of a provider's grants. `/_emulator/<provider>` offers the same over HTTP. */
export interface GrantControl {
  /** All grants, oldest first. */
  grants(): GrantState[]
  /** Revokes a grant, as a user can do in the account settings. Throws for an unknown id. */
  revokeGrant(id: string): GrantState
  /** Lets all access tokens expire now, but no refresh tokens. Returns their number. */
  expireAccessTokens(): number
}

/** What the listing says about the content of a grant. */
export type DescribeGrant<Content> = (grant: Grant<Content>) => Pick<GrantState, 'clientId' | 'subject' | 'scopes'>

export function createGrantControl<Content>(
  grants: Grants<Content>,
  clock: Clock,
  describe: DescribeGrant<Content>,
): GrantControl {
  const stateOf = (grant: Grant<Content>): GrantState => {
    const accessTokens = grants.accessTokensOf(grant)
    const refreshTokens = grants.refreshTokensOf(grant)
    const { id, alive, reuseDetectedAt } = grant
    return {
      id,
      ...describe(grant),
      alive,
      accessTokensIssued: accessTokens.length,
      liveAccessTokens: accessTokens.filter(grants.isLive).length,
      refreshTokensIssued: refreshTokens.length,
      liveRefreshTokens: refreshTokens.filter(grants.isLive).length,
      reuseDetectedAt: reuseDetectedAt === undefined ? null : new Date(reuseDetectedAt).toISOString(),
    }
  }
  return {
    grants: () => grants.list().map(stateOf),
    revokeGrant(id) {
      const grant = grants.list().find((candidate) => candidate.id === id)
      if (grant === undefined) throw new ControlError(404, `There is no grant "${id}".`)
      grants.end(grant)
      return stateOf(grant)
    },
    expireAccessTokens() {
      const live = grants.list().flatMap(grants.accessTokensOf).filter(grants.isLive)
      for (const token of live) token.expiresAt = clock.now()
      return live.length
    },
  }
}

/** The routes of a grant control. `controlOf` finds it from the path's parameter `provider`, where there is one. */
export function grantControlRoutes(controlOf: (provider: string) => GrantControl): Hono {
  const app = new Hono()
  app.get('/grants', (c) => c.json({ grants: controlOf(c.req.param('provider') ?? '').grants() }))
  app.all('/grants', methodNotAllowed('GET'))
  app.post('/revoke-grant', async (c) => {
    const members = await readMembers(c, ['id'])
    return c.json(controlOf(c.req.param('provider') ?? '').revokeGrant(requiredText(members, 'id')))
  })
  app.all('/revoke-grant', methodNotAllowed('POST'))
  app.post('/expire-access-tokens', async (c) => {
    await readMembers(c, [])
    return c.json({ expired: controlOf(c.req.param('provider') ?? '').expireAccessTokens() })
  })
  app.all('/expire-access-tokens', methodNotAllowed('POST'))
  return app
}
