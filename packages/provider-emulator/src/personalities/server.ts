import { readBasicCredentials } from '../basic-credentials.ts'
import { createGrantControl, type GrantControl } from '../control/grant-control.ts'
import { accountAndScopes, grantOperations } from '../control/grant-operations.ts'
import type { ProviderOperations } from '../control/operations.ts'
import { keySetResponse, metadataResponse, pemKeysResponse } from '../faults/published.ts'
import { redirectTargetResponse } from '../faults/token-endpoint.ts'
import type { EmulatorServices } from '../provider.ts'
import { answer, respondWith } from './answers.ts'
import { handleApiRequest, isForRoute } from './api.ts'
import { handleAuthorizationRequest, handleDecision } from './authorization-endpoint.ts'
import type { Call } from './call.ts'
import type { Texts } from './contexts.ts'
import { compileEndpoint, type Endpoint } from './endpoints.ts'
import { metadataOf } from './metadata.ts'
import { createModel, type Model } from './model.ts'
import type { PersonalityOptions } from './options.ts'
import type { Personality } from './personality.ts'
import { handleRevocationRequest } from './revocation.ts'
import { handleTokenRequest, REDIRECT_TARGET } from './token-endpoint.ts'

interface Route {
  readonly endpoint: Endpoint
  readonly methods: readonly string[]
  readonly isFor?: (call: Call) => boolean
  readonly handle: (call: Call, params: Texts) => Response | Promise<Response>
}

function route(at: string, methods: readonly string[], handle: Route['handle'], isFor?: Route['isFor']): Route {
  const endpoint = compileEndpoint(at)
  const own = endpoint.method === undefined ? methods : [endpoint.method]
  return { endpoint, methods: own, handle, ...(isFor === undefined ? {} : { isFor }) }
}

function routesOf(model: Model): readonly Route[] {
  const { authorization, token, openid, api, revocations = [] } = model.personality
  const { scenarios } = model.services
  const tokenMethods = token.get ? ['GET', 'POST'] : ['POST']
  const routes = [
    route(authorization.at, ['GET'], (call, params) => handleAuthorizationRequest(model, call, params)),
    route(authorization.at, ['POST'], (call) => handleDecision(model, call)),
    ...(authorization.installAt === undefined
      ? []
      : [
          route(authorization.installAt, ['GET'], ({ query: { state: _, ...query }, ...call }, params) =>
            handleAuthorizationRequest(model, { ...call, query }, params),
          ),
          route(authorization.installAt, ['POST'], (call) => handleDecision(model, call)),
        ]),
    route(token.at, tokenMethods, (call, params) => handleTokenRequest(model, call, params)),
    ...revocations.map((revocation) =>
      route(revocation.at, ['POST'], (call, params) => handleRevocationRequest(model, revocation, call, params)),
    ),
    ...[...(api.account === undefined ? [] : [api.account]), ...api.routes].map((apiRoute) =>
      route(
        apiRoute.at,
        ['GET', 'POST'],
        (call, params) => handleApiRequest(model, apiRoute, call, params),
        (call) => isForRoute(apiRoute, call),
      ),
    ),
  ]
  if (token.refreshAt !== undefined) {
    routes.push(route(token.refreshAt, ['POST'], (call, params) => handleTokenRequest(model, call, params, true)))
  }
  if (openid !== undefined) {
    routes.push(
      route(openid.discovery, ['GET'], (_, params) => metadataResponse(scenarios, metadataOf(model, openid, params))),
      route(openid.jwks, ['GET'], () => keySetResponse(scenarios, model.keys)),
    )
    if (openid.pemKeys !== undefined) {
      routes.push(route(openid.pemKeys, ['GET'], () => pemKeysResponse(scenarios, model.keys)))
    }
  }
  return routes
}

/** A running personality. */
export interface PersonalityServer {
  /** Whether a request has its client id, one of its tokens or one of its logins. */
  claims(call: Call): boolean
  respond(call: Call): Promise<Response>
  readonly control: GrantControl
  readonly operations: ProviderOperations
  reset(): void
}

function claims({ client, grants, logins }: Model, { headers, query, members, path }: Call): boolean {
  const header = headers.get('Authorization') ?? ''
  const ids = [query['client_id'], members['client_id'], readBasicCredentials(header, 'form')?.id]
  if (ids.includes(client.id) || path.split('/').includes(client.id)) return true
  const tokens = [header.split(' ').at(-1), ...Object.values(members)]
  return tokens.some((token = '') => grants.knows(token)) || logins.has(members['request'] ?? '')
}

export function createPersonalityServer(
  services: EmulatorServices,
  personality: Personality,
  options?: PersonalityOptions,
): PersonalityServer {
  const model = createModel(services, personality, options)
  const routes = routesOf(model)
  const control = createGrantControl(model.grants, services.clock, ({ clientId, account, scopes }) => ({
    clientId,
    subject: account.id,
    scopes,
  }))
  return {
    claims: (call) => claims(model, call),
    async respond(call) {
      if (call.path === REDIRECT_TARGET) return redirectTargetResponse()
      let isOtherField = false
      for (const { endpoint, methods, isFor, handle } of routes) {
        const params = methods.includes(call.method) ? endpoint.match(call.host, call.path) : undefined
        if (params === undefined) continue
        if (isFor?.(call) ?? true) return handle(call, params)
        isOtherField = true
      }
      if (isOtherField) return respondWith(answer(400, { errors: [{ message: 'The query has no emulated field.' }] }))
      const text = `The emulated ${personality.title} has no ${call.method} ${call.host}${call.path}.`
      return respondWith(answer(404, { message: text }))
    },
    control,
    operations: grantOperations(
      control,
      accountAndScopes((subject) => personality.accounts.find(({ id }) => id === subject)?.name),
    ),
    reset() {
      model.codes.clear()
      model.grants.reset()
      model.logins.clear()
    },
  }
}
