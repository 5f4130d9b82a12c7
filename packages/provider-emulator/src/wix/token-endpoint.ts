import { deliverNothing } from '../broken-responses.ts'
import { isRefreshRejected, losesRefreshResponse } from '../faults/refresh.ts'
import { answerTokenRequest } from '../faults/token-endpoint.ts'
import { TOKEN_RESPONSE_FAULTS, tokenResponse } from '../faults/token-response.ts'
import type { ProviderBindings } from '../provider.ts'
import { isForm, readTextMembers, type TextMembers } from '../request-body.ts'
import { consumeFirst } from '../scenarios.ts'
import type { WixApp } from './config.ts'
import { serverError, TOKEN_ERRORS, type TokenError, tokenErrorResponse, tooManyRequests } from './errors.ts'
import type { Instance } from './instances.ts'
import type { WixModel } from './model.ts'
import type { WixTokenErrors } from './options.ts'
import type { TokenForm } from './tokens.ts'

/** Issues the tokens of a valid request, and returns the members of the response. */
interface Permission {
  issue(form: TokenForm): Promise<Readonly<Record<string, unknown>>>
}

/** Checks the request of one grant type. Its response replaces the normal one. */
type Grant = (app: WixApp, members: TextMembers) => Permission | TokenError | Response

/** One of the two token endpoints, with its error form and its grants. */
export interface TokenEndpoint {
  readonly errors: WixTokenErrors
  /** The error for a dead code or an unknown instance. */
  readonly invalidGrant: TokenError
  /** The grants by grant_type. */
  readonly grants: Readonly<Record<string, Grant>>
}

async function normalResponse(
  { config, services }: WixModel,
  { errors, grants }: TokenEndpoint,
  request: Request,
): Promise<Response> {
  const { scenarios } = services
  const refuse = (reason: TokenError) => tokenErrorResponse(errors, reason)
  if (scenarios.consume('token-endpoint-400')) {
    return tokenErrorResponse({ ...errors, removed: 400 }, TOKEN_ERRORS.removed)
  }
  if (scenarios.consume('token-endpoint-404')) {
    return tokenErrorResponse({ ...errors, grant: 404 }, TOKEN_ERRORS.unknownInstance)
  }

  const contentType = request.headers.get('Content-Type') ?? ''
  const text = await request.text()
  const isReadable = config.formBodies === 'accepted' || !isForm(contentType)
  const members = isReadable ? readTextMembers(contentType, text) : undefined
  if (members === undefined) return refuse(TOKEN_ERRORS.unreadable)
  const grantType = members.get('grant_type') ?? ''
  const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined
  if (grant === undefined) return refuse(TOKEN_ERRORS.unsupportedGrantType)
  const app = config.apps.find(({ appId }) => appId === members.get('client_id'))
  if (app === undefined || app.secret !== members.get('client_secret')) return refuse(TOKEN_ERRORS.invalidClient)

  const result = grant(app, members)
  if (result instanceof Response) return result
  if ('cause' in result) return refuse(result)
  const fault = consumeFirst(scenarios, TOKEN_RESPONSE_FAULTS) ?? {}
  const response = tokenResponse(fault, await result.issue(fault), app.permissions)
  const isLost = grantType === 'refresh_token' && losesRefreshResponse(scenarios)
  return isLost ? deliverNothing(response, services, request.signal) : response
}

/** Answers a token request, with the fault of an active scenario. */
export function handleTokenRequest(
  model: WixModel,
  endpoint: TokenEndpoint,
  request: Request,
  urlOf: ProviderBindings['urlOf'],
): Promise<Response> {
  const { errors, invalidGrant } = endpoint
  const answers = {
    redirectTarget: urlOf('www.wix.com', '/oauth2/redirected'),
    serverError,
    tooManyRequests,
    invalidClient: () => tokenErrorResponse(errors, TOKEN_ERRORS.invalidClient),
    invalidGrant: () => tokenErrorResponse(errors, invalidGrant),
  }
  return answerTokenRequest(model.services, answers, request.signal, () => normalResponse(model, endpoint, request))
}

/** The current token endpoint. An app gets a token with its secret and an instance id. */
export const clientCredentialsEndpoint = ({ config, instances, tokens }: WixModel): TokenEndpoint => ({
  errors: config.tokenErrors,
  invalidGrant: TOKEN_ERRORS.unknownInstance,
  grants: {
    client_credentials(app, members) {
      const instance = instances.find(members.get('instance_id') ?? '')
      if (instance?.app !== app) return TOKEN_ERRORS.unknownInstance
      if (!instance.installed) return TOKEN_ERRORS.removed
      return {
        async issue(form) {
          const { value } = await tokens.issueAccessToken(instance, form)
          return { access_token: value, token_type: 'Bearer', expires_in: config.accessTokenSeconds }
        },
      }
    },
  },
})

/** The legacy token endpoint. Its responses have neither token_type nor expires_in. */
export function customAuthenticationEndpoint({ config, codes, tokens, services }: WixModel): TokenEndpoint {
  const { scenarios } = services
  const permission = (instance: Instance, refreshToken: string): Permission => ({
    async issue(form) {
      const { value } = await tokens.issueLegacyAccessToken(instance, form)
      return { access_token: value, refresh_token: refreshToken }
    },
  })

  return {
    errors: config.legacyTokenErrors,
    invalidGrant: TOKEN_ERRORS.invalidCode,
    grants: {
      authorization_code(app, members) {
        if (scenarios.consume('code-rejected')) return TOKEN_ERRORS.invalidCode
        const code = members.get('code') ?? ''
        const allowed = codes.find(code)
        if (allowed?.instance.app !== app) return TOKEN_ERRORS.invalidCode
        const { instance, installation } = allowed
        if (!instance.installed || instance.installation !== installation) return TOKEN_ERRORS.removed
        codes.use(code)
        return permission(instance, tokens.issueRefreshToken(instance).value)
      },
      refresh_token(app, members) {
        if (scenarios.consume('refresh-500')) return serverError()
        if (isRefreshRejected(scenarios)) return TOKEN_ERRORS.invalidRefreshToken
        const token = tokens.find(members.get('refresh_token') ?? '')
        if (token?.kind !== 'refresh' || token.instance.app !== app) return TOKEN_ERRORS.invalidRefreshToken
        return tokens.stateOf(token) === 'removed' ? TOKEN_ERRORS.removed : permission(token.instance, token.value)
      },
    },
  }
}
