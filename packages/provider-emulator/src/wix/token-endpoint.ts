import type { ProviderBindings } from '../provider.ts'
import { takeOne } from '../scenarios.ts'
import { isForm, readTextMembers, type TextMembers } from '../text-members.ts'
import type { WixApp } from './config.ts'
import type { WixModel } from './model.ts'
import type { WixTokenErrors } from './options.ts'
import { TOKEN_ERRORS, type TokenError, tokenErrorResponse } from './token-errors.ts'
import { TOKEN_DELIVERIES, TOKEN_FAULTS, type TokenFaultScenario } from './token-faults.ts'

/** The members of a success, or why there is none. */
export type TokenResult =
  | { readonly success: Readonly<Record<string, unknown>> }
  | { readonly failure: TokenError }

export interface Grant {
  /** Faults of this grant alone. */
  readonly faults: readonly TokenFaultScenario[]
  request(app: WixApp, members: TextMembers): Promise<TokenResult>
}

/** One of the two token endpoints: which grants it knows, and how it words its errors. */
export interface TokenEndpoint {
  readonly errors: WixTokenErrors
  /** By grant_type. */
  readonly grants: ReadonlyMap<string, Grant>
}

async function ordinaryAnswer(
  { config, surroundings }: WixModel,
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
  const fault = takeOne(surroundings.scenarios, grant.faults)
  if (fault !== undefined) return fault.answer({ errors, urlOf })
  const app = config.apps.find(({ appId }) => appId === members.get('client_id'))
  if (app === undefined || app.secret !== members.get('client_secret')) {
    return refuse(TOKEN_ERRORS.invalidClient)
  }
  const result = await grant.request(app, members)
  return 'failure' in result ? refuse(result.failure) : Response.json(result.success)
}

/** Answers a token request, or breaks in the way a scenario says. */
export async function answerTokenRequest(
  model: WixModel,
  endpoint: TokenEndpoint,
  request: Request,
  urlOf: ProviderBindings['urlOf'],
): Promise<Response> {
  const { surroundings } = model
  const fault = takeOne(surroundings.scenarios, TOKEN_FAULTS)
  if (fault !== undefined) return fault.answer({ errors: endpoint.errors, urlOf })
  const answer = await ordinaryAnswer(model, endpoint, request, urlOf)
  const delivery = takeOne(surroundings.scenarios, TOKEN_DELIVERIES)
  return delivery === undefined ? answer : delivery.deliver(answer, surroundings, request.signal)
}
