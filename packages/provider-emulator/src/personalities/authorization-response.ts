import { randomHex } from '../encoding.ts'
import { grantedScopes } from '../faults/authorization.ts'
import { breakCallback } from '../faults/callback.ts'
import { formPostPage } from '../pages.ts'
import { type Parameters, redirectTo, withParameters } from '../urls.ts'
import { textsOf } from './answers.ts'
import type { AuthorizationError } from './authorization-request.ts'
import type { Account, Granted, Json } from './contexts.ts'
import type { LoginRequest, Model } from './model.ts'

const DENIED = { error: 'access_denied', error_description: 'The user denied the request' }

/** The parameters of an answer with the state, and with the faults of active scenarios. */
const broken = ({ services }: Model, { state }: LoginRequest, members: Json): Parameters =>
  breakCallback(services.scenarios, textsOf({ ...members, state }))

/** Sends the members to the client: in the query, or by a form (OAuth 2.0 Form Post Response Mode). */
function send({ personality }: Model, login: LoginRequest, answer: Parameters): Promise<Response> | Response {
  const { redirectUri, parameters } = login
  return personality.authorization.formPost && parameters['response_mode'] === 'form_post'
    ? formPostPage(redirectUri, answer)
    : redirectTo(withParameters(redirectUri, answer))
}

/** The answer with a code. */
export async function allow(model: Model, login: LoginRequest, account: Account): Promise<Response> {
  const { personality, services, client, codes, grants } = model
  const { redirectUri, parameters } = login
  const now = services.clock.now()
  const isFirst = !grants.list().some((grant) => grant.alive && grant.account === account)
  const granted: Granted = {
    clientId: client.id,
    account,
    scopes: grantedScopes(services.scenarios, login.scopes),
    request: parameters,
    redirectUri,
    authTime: now,
    isFirst,
  }
  const answer = broken(model, login, { code: codes.issue({ login, granted }, randomHex(32)) })
  // A provider that signs its answer signs the one that is sent.
  const { code, state } = { code: undefined, state: undefined, ...Object.fromEntries(answer) }
  const further = await personality.authorization.callback?.({ granted, code, state, clientSecret: client.secret, now })
  return send(model, login, [...answer, ...textsOf(further ?? {})])
}

export const refuse = (model: Model, login: LoginRequest, error: AuthorizationError): Promise<Response> | Response =>
  send(model, login, broken(model, login, { ...error }))

/** The answer when the user denies, in the provider's words. */
export const deny = (model: Model, login: LoginRequest): Promise<Response> | Response =>
  send(model, login, broken(model, login, model.personality.authorization.denial ?? DENIED))
