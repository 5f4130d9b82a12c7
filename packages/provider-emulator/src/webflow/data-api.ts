import type { MiddlewareHandler } from 'hono'
import { brokenAccountResponse, brokenApiResponse } from '../faults/api.ts'
import { createRateLimit } from '../rate-limit.ts'
import { forbidden, internalError, missingScopes, notAuthorized, resourceNotFound, tooManyRequests } from './errors.ts'
import type { AccessToken } from './grants.ts'
import { cmsRoutes } from './cms-api.ts'
import { createRoutes, type WebflowEnv, type WebflowModel } from './model.ts'
import { coversSite } from './selection.ts'

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** A token's information about itself. It is not RFC 7662: there is no `active`. */
function introspectionResponse(
  { authorization, scopes, lastUsed }: AccessToken,
  rateLimit: number,
  scopeSeparator: string,
) {
  const { id, client, grantType, selection, userIds, createdOn } = authorization
  return {
    authorization: {
      id,
      createdOn: iso(createdOn),
      lastUsed: iso(lastUsed),
      grantType,
      rateLimit,
      scope: scopes.join(scopeSeparator),
      authorizedTo: {
        siteIds: selection.siteIds,
        workspaceIds: selection.workspaceIds,
        userIds,
      },
    },
    // A token from the settings of a site or workspace belongs to no app.
    ...(client === undefined
      ? {}
      : {
          application: {
            id: client.applicationId,
            description: client.description,
            homepage: client.homepage,
            displayName: client.name,
          },
        }),
  }
}

type ApiHandler = MiddlewareHandler<WebflowEnv>

const bearerToken = (header: string | undefined): string => /^bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? ''

/** The routes of the Data API. */
export function dataApiRoutes({ config, grants, services }: WebflowModel) {
  const { clock, scenarios } = services
  const rateLimit = createRateLimit(clock, config.rateLimit)
  const app = createRoutes()

  const authenticate: ApiHandler = async (c, next) => {
    const token = grants.find(bearerToken(c.req.header('Authorization')))
    const count = token === undefined ? undefined : rateLimit.count(token.value)
    if (token === undefined) {
      c.res = notAuthorized()
    } else if (count?.retryAfter !== undefined) {
      c.res = tooManyRequests(count.retryAfter)
    } else {
      token.lastUsed = clock.now()
      c.set('token', token)
      await next()
    }
    const remaining = c.res.status === 429 ? 0 : (count?.remaining ?? config.rateLimit)
    c.res.headers.set('X-RateLimit-Limit', String(config.rateLimit))
    c.res.headers.set('X-RateLimit-Remaining', String(remaining))
  }

  /** Requires a scope, and applies the API scenarios. */
  const requireScope =
    (scope: string): ApiHandler =>
    async (c, next) => {
      const broken = brokenApiResponse(scenarios, {
        deadToken: notAuthorized,
        missingScope: () => missingScopes(scope),
        tooManyRequests: () => tooManyRequests(60),
        serverError: internalError,
      })
      if (broken !== undefined) return broken
      if (scenarios.consume('api-403-forbidden')) return forbidden()
      if (!c.var.token.scopes.includes(scope)) return missingScopes(scope)
      await next()
      return undefined
    }

  app.use('/v2/*', authenticate)

  app.get('/v2/token/introspect', (c) => {
    if (scenarios.consume('introspect-500')) return internalError()
    if (scenarios.consume('introspect-401')) return notAuthorized()
    const space = config.introspectScopeSeparator === 'space' || scenarios.consume('introspect-space-separated')
    return c.json(introspectionResponse(c.var.token, config.rateLimit, space ? ' ' : ','))
  })

  app.get('/v2/token/authorized_by', requireScope('authorized_user:read'), (c) => {
    const broken = brokenAccountResponse(scenarios)
    if (broken !== undefined) return broken
    // A token from a settings page has no authorizing user.
    if (c.var.token.authorization.userIds.length === 0) return forbidden()
    const { id, email, firstName, lastName } = config.user
    return c.json({ id, email, firstName, lastName })
  })

  app.get('/v2/sites', requireScope('sites:read'), (c) => {
    const { selection } = c.var.token.authorization
    return c.json({ sites: config.sites.filter((site) => coversSite(selection, site)) })
  })

  app.get('/v2/sites/:id', requireScope('sites:read'), (c) => {
    const id = c.req.param('id')
    const site = config.sites.find((candidate) => candidate.id === id)
    if (site === undefined) return resourceNotFound(`site ${id}`)
    return coversSite(c.var.token.authorization.selection, site) ? c.json(site) : forbidden()
  })

  const cms = cmsRoutes(config, clock, requireScope)
  app.route('/', cms.app)

  return {
    app,
    reset() {
      rateLimit.reset()
      cms.reset()
    },
  }
}
