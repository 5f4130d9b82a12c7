import { ControlError } from '../control/control-request.ts'
import type { GrantControl, GrantState } from '../control/grant-control.ts'
import type { Authorization } from './grants.ts'
import type { WebflowModel } from './model.ts'

/** The control of Webflow's grants. They have no refresh tokens, and an access token expires only as an option says. */
export function createWebflowGrantControl({ grants, services }: WebflowModel): GrantControl {
  const stateOf = (authorization: Authorization): GrantState => {
    const tokens = grants.tokensOf(authorization)
    return {
      id: authorization.id,
      clientId: authorization.client?.id ?? '',
      subject: authorization.userIds[0] ?? null,
      scopes: tokens.at(-1)?.scopes ?? [],
      alive: grants.isAlive(authorization),
      accessTokensIssued: tokens.length,
      liveAccessTokens: tokens.filter(grants.isLive).length,
      refreshTokensIssued: 0,
      liveRefreshTokens: 0,
      reuseDetectedAt: null,
    }
  }
  return {
    grants: () => grants.list().map(stateOf),
    revokeGrant(id) {
      const authorization = grants.list().find((candidate) => candidate.id === id)
      if (authorization === undefined) throw new ControlError(404, `There is no grant "${id}".`)
      grants.revoke(authorization)
      return stateOf(authorization)
    },
    expireAccessTokens() {
      const mortal = grants
        .list()
        .flatMap(grants.tokensOf)
        .filter((token) => grants.isLive(token) && Number.isFinite(token.expiresAt))
      for (const token of mortal) token.expiresAt = services.clock.now()
      return mortal.length
    },
  }
}
