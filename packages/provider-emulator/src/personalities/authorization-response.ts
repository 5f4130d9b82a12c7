import { randomHex } from '../encoding.ts'
import { formPostPage } from '../pages.ts'
import { redirectTo } from '../urls.ts'
import { locationOf, textsOf } from './answers.ts'
import type { AuthorizationError } from './authorization-request.ts'
import type { Account, Granted, Json } from './contexts.ts'
import type { LoginRequest, Model } from './model.ts'

const DENIED = { error: 'access_denied', error_description: 'The user denied the request' }

function stateOf({ services }: Model, { state }: LoginRequest): string | undefined {
  return services.scenarios.consume('callback-drops-state') ? undefined : state
}

/** Sends the members to the client: in the query, or by a form (OAuth 2.0 Form Post Response Mode). */
function send({ personality }: Model, login: LoginRequest, members: Json): Promise<Response> | Response {
  const { redirectUri, parameters } = login
  return personality.authorization.formPost && parameters['response_mode'] === 'form_post'
    ? formPostPage(redirectUri, textsOf(members))
    : redirectTo(locationOf(redirectUri, members))
}

/** The answer with a code. */
export async function allow(model: Model, login: LoginRequest, account: Account): Promise<Response> {
  const { personality, services, client, codes, grants } = model
  const { redirectUri, scopes, parameters } = login
  const now = services.clock.now()
  const isFirst = !grants.list().some((grant) => grant.alive && grant.account === account)
  const granted: Granted = {
    clientId: client.id,
    account,
    scopes,
    request: parameters,
    redirectUri,
    authTime: now,
    isFirst,
  }
  const code = codes.issue({ login, granted }, randomHex(32))
  const state = stateOf(model, login)
  const further = await personality.authorization.callback?.({
    granted,
    code,
    state,
    clientSecret: client.secret,
    now,
  })
  return send(model, login, { code, state, ...further })
}

export const refuse = (model: Model, login: LoginRequest, error: AuthorizationError): Promise<Response> | Response =>
  send(model, login, { ...error, state: stateOf(model, login) })

/** The answer when the user denies, in the provider's words. */
export const deny = (model: Model, login: LoginRequest): Promise<Response> | Response =>
  send(model, login, { ...(model.personality.authorization.denial ?? DENIED), state: stateOf(model, login) })
