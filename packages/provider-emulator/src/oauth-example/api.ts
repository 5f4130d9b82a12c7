import type { MiddlewareHandler } from 'hono'
import { brokenAccountResponse, brokenApiResponse } from '../faults/api.ts'
import { PLAIN_SERVER_ERRORS } from '../faults/fault.ts'
import { insufficientScope, invalidToken, missingToken } from './errors.ts'
import { claimsOf } from './id-token.ts'
import { createRoutes, type ExampleEnv, type ExampleModel } from './model.ts'

type ApiHandler = MiddlewareHandler<ExampleEnv>

/** The items that `GET /api/items` lists. */
const itemsOf = (sub: string) => ['first', 'second', 'third'].map((id) => ({ id, owner: sub, name: `The ${id} item` }))

/** The routes that need an access token: the userinfo endpoint, and a small API. */
export function apiRoutes({ grants, services }: ExampleModel) {
  const { scenarios } = services
  const app = createRoutes()

  const authenticate: ApiHandler = async (c, next) => {
    const header = c.req.header('Authorization')
    if (header === undefined) return missingToken()
    const token = grants.findAccessToken(/^bearer +(\S+)$/i.exec(header)?.[1] ?? '')
    if (token === undefined) return invalidToken()
    c.set('token', token)
    await next()
    return undefined
  }

  const requireScope =
    (scope: string): ApiHandler =>
    async (c, next) => {
      if (!c.var.token.scopes.includes(scope)) return insufficientScope(scope)
      await next()
      return undefined
    }

  /** Applies the API scenarios. They do not affect the userinfo endpoint. */
  const breakApi =
    (scope: string): ApiHandler =>
    async (_c, next) => {
      const broken = brokenApiResponse(scenarios, {
        ...PLAIN_SERVER_ERRORS,
        deadToken: invalidToken,
        missingScope: () => insufficientScope(scope),
      })
      if (broken !== undefined) return broken
      await next()
      return undefined
    }

  app.on(['GET', 'POST'], '/userinfo', authenticate, requireScope('openid'), (c) => {
    const broken = brokenAccountResponse(scenarios)
    if (broken !== undefined) return broken
    const { grant, scopes } = c.var.token
    // Only a user can grant `openid`, so a client credentials grant has no claims.
    const claims = grant.user === undefined ? {} : claimsOf(grant.user, scopes)
    const isForeign = scenarios.consume('userinfo-foreign-sub')
    return c.json(isForeign ? { ...claims, sub: 'another-subject' } : claims)
  })

  app.get('/api/me', authenticate, breakApi('profile'), requireScope('profile'), (c) => {
    const { client, user } = c.var.token.grant
    return c.json(user ?? { sub: client.id, name: client.name })
  })

  app.get('/api/items', authenticate, breakApi('items:read'), requireScope('items:read'), (c) => {
    const { client, user } = c.var.token.grant
    return c.json({ items: itemsOf(user?.sub ?? client.id) })
  })

  return app
}
