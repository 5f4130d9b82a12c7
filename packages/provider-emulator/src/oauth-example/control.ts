import { Hono } from 'hono'
import {
  ControlError,
  methodNotAllowed,
  readMembers,
  requiredText,
} from '../control/control-request.ts'
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
      reuseDetectedAt:
        reuseDetectedAt === undefined ? null : new Date(reuseDetectedAt).toISOString(),
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
