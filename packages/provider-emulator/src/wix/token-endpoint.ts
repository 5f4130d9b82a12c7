import type { ProviderBindings } from '../provider.ts'
import { isForm, readTextMembers, type TextMembers } from '../request-body.ts'
import { consumeFirst } from '../scenarios.ts'
import type { WixApp } from './config.ts'
import { TOKEN_ERRORS, type TokenError, tokenErrorResponse } from './errors.ts'
import type { WixModel } from './model.ts'
import type { WixTokenErrors } from './options.ts'
import {
  CODE_EXCHANGE_FAULTS,
  REFRESH_FAULTS,
  TOKEN_DELIVERIES,
  TOKEN_FAULTS,
  type TokenFaultScenario,
} from './token-faults.ts'
import type { WixToken } from './tokens.ts'

/** The members of a success response, or an error. */
export type TokenResult = { readonly success: Readonly<Record<string, unknown>> } | { readonly failure: TokenError }

export interface Grant {
  /** The faults of this grant type. */
  readonly faults: readonly TokenFaultScenario[]
  request(app: WixApp, members: TextMembers): Promise<TokenResult>
}

/** One of the two token endpoints, with its error form and its grants. */
export interface TokenEndpoint {
  readonly errors: WixTokenErrors
  /** The grants by grant_type. */
  readonly grants: ReadonlyMap<string, Grant>
}

async function normalResponse(
  { config, services }: WixModel,
  { errors, grants }: TokenEndpoint,
  request: Request,
  urlOf: ProviderBindings['urlOf'],
): Promise<Response> {
  const refuse = (reason: TokenError) => tokenErrorResponse(errors, reason)
  const contentType = request.headers.get('Content-Type') ?? ''
  const text = await request.text()
  const isReadable = config.formBodies === 'accepted' || !isForm(contentType)
  const members = isReadable ? readTextMembers(contentType, text) : undefined
  if (members === undefined) return refuse(TOKEN_ERRORS.unreadable)

  const grant = grants.get(members.get('grant_type') ?? '')
  if (grant === undefined) return refuse(TOKEN_ERRORS.unsupportedGrantType)
  const fault = consumeFirst(services.scenarios, grant.faults)
  if (fault !== undefined) return fault.respond({ errors, urlOf })
  const app = config.apps.find(({ appId }) => appId === members.get('client_id'))
  if (app === undefined || app.secret !== members.get('client_secret')) {
    return refuse(TOKEN_ERRORS.invalidClient)
  }
  const result = await grant.request(app, members)
  return 'failure' in result ? refuse(result.failure) : Response.json(result.success)
}

/** Answers a token request, with the fault of an active scenario. */
export async function handleTokenRequest(
  model: WixModel,
  endpoint: TokenEndpoint,
  request: Request,
  urlOf: ProviderBindings['urlOf'],
): Promise<Response> {
  const { services } = model
  const fault = consumeFirst(services.scenarios, TOKEN_FAULTS)
  if (fault !== undefined) return fault.respond({ errors: endpoint.errors, urlOf })
  const response = await normalResponse(model, endpoint, request, urlOf)
  const delivery = consumeFirst(services.scenarios, TOKEN_DELIVERIES)
  return delivery === undefined ? response : delivery.deliver(response, services, request.signal)
}

/** The current token endpoint. An app gets a token with its secret and an instance id. */
export const clientCredentialsEndpoint = ({ config, instances, tokens, services }: WixModel): TokenEndpoint => ({
  errors: config.tokenErrors,
  grants: new Map([
    [
      'client_credentials',
      {
        faults: [],
        async request(app, members) {
          const instance = instances.find(members.get('instance_id') ?? '')
          if (instance?.app !== app) return { failure: TOKEN_ERRORS.unknownInstance }
          if (!instance.installed) return { failure: TOKEN_ERRORS.removed }
          const { value } = await tokens.issueAccessToken(instance)
          const success = { access_token: value, token_type: 'Bearer' }
          return services.scenarios.consume('wix-token-without-expires-in')
            ? { success }
            : { success: { ...success, expires_in: config.accessTokenSeconds } }
        },
      },
    ],
  ]),
})

/** The legacy token endpoint. Its responses have neither token_type nor expires_in. */
export function customAuthenticationEndpoint({ config, codes, tokens }: WixModel): TokenEndpoint {
  const success = async (refreshToken: WixToken): Promise<TokenResult> => {
    const { value } = await tokens.issueLegacyAccessToken(refreshToken.instance)
    return { success: { access_token: value, refresh_token: refreshToken.value } }
  }

  return {
    errors: config.legacyTokenErrors,
    grants: new Map([
      [
        'authorization_code',
        {
          faults: CODE_EXCHANGE_FAULTS,
          async request(app, members) {
            const code = members.get('code') ?? ''
            const allowed = codes.find(code)
            if (allowed?.instance.app !== app) return { failure: TOKEN_ERRORS.invalidCode }
            const { instance, installation } = allowed
            if (!instance.installed || instance.installation !== installation) {
              return { failure: TOKEN_ERRORS.removed }
            }
            codes.use(code)
            return success(tokens.issueRefreshToken(instance))
          },
        },
      ],
      [
        'refresh_token',
        {
          faults: REFRESH_FAULTS,
          async request(app, members) {
            const token = tokens.find(members.get('refresh_token') ?? '')
            if (token?.kind !== 'refresh' || token.instance.app !== app) {
              return { failure: TOKEN_ERRORS.invalidRefreshToken }
            }
            return tokens.stateOf(token) === 'removed' ? { failure: TOKEN_ERRORS.removed } : success(token)
          },
        },
      ],
    ]),
  }
}
