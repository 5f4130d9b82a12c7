import { Hono } from 'hono'
import { ControlError, methodNotAllowed, readMembers, requiredText } from '../control/control-request.ts'
import type { Grant } from './grants.ts'
import type { ExampleModel } from './model.ts'

/** The current state of a grant, without token values. */
export interface OauthExampleGrant {
  readonly id: string
  readonly clientId: string
  /** The user's `sub`. Null for a client credentials grant. */
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

/** The control of `oauth.example`. `/_emulator/oauth.example` offers the same over HTTP. */
export interface OauthExampleControl {
  /** All grants, oldest first. */
  grants(): OauthExampleGrant[]
  /** Revokes a grant, as a user can do in the account settings. Throws for an unknown id. */
  revokeGrant(id: string): OauthExampleGrant
  /** Lets all access tokens expire now, but no refresh tokens. Returns their number. */
  expireAccessTokens(): number
}

export function createOauthExampleControl({ grants, services }: ExampleModel): OauthExampleControl {
  const describeGrant = (grant: Grant): OauthExampleGrant => {
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
      reuseDetectedAt: reuseDetectedAt === undefined ? null : new Date(reuseDetectedAt).toISOString(),
    }
  }
  return {
    grants: () => grants.list().map(describeGrant),
    revokeGrant(id) {
      const grant = grants.list().find((candidate) => candidate.id === id)
      if (grant === undefined) throw new ControlError(404, `There is no grant "${id}".`)
      grants.end(grant)
      return describeGrant(grant)
    },
    expireAccessTokens() {
      const live = grants.list().flatMap(grants.accessTokensOf).filter(grants.isLive)
      for (const token of live) token.expiresAt = services.clock.now()
      return live.length
    },
  }
}

export const LINKED_ROUTES = ['/grants']

export function oauthExampleControlRoutes(control: OauthExampleControl): Hono {
  const app = new Hono()
  app.get('/grants', (c) => c.json({ grants: control.grants() }))
  app.all('/grants', methodNotAllowed('GET'))
  app.post('/revoke-grant', async (c) => {
    const members = await readMembers(c, ['id'])
    return c.json(control.revokeGrant(requiredText(members, 'id')))
  })
  app.all('/revoke-grant', methodNotAllowed('POST'))
  app.post('/expire-access-tokens', async (c) => {
    await readMembers(c, [])
    return c.json({ expired: control.expireAccessTokens() })
  })
  app.all('/expire-access-tokens', methodNotAllowed('POST'))
  return app
}
