import { html } from 'hono/html'
import { randomHex } from '../encoding.ts'
import { deniesAtOnce } from '../faults/authorization.ts'
import type { Markup } from '../html-page.ts'
import type { ProviderPages } from '../pages.ts'
import { consumeFirst } from '../scenarios.ts'
import { redirectTo } from '../urls.ts'
import { type AuthorizationRequest, validateAuthorizationRequest } from './authorization-request.ts'
import {
  ACCESS_DENIED,
  AUTHORIZE_ERRORS,
  errorLocation,
  LOGIN_REQUIRED,
  successLocation,
} from './authorization-response.ts'
import type { ExampleConfig } from './config.ts'
import { createRoutes, type ExampleModel } from './model.ts'
import type { OauthExampleUser } from './options.ts'
import { pagesOf, SCOPE_WORDS } from './pages.ts'

const accountFields = ({ users }: ExampleConfig, chosen: OauthExampleUser | undefined): Markup =>
  html`<fieldset><legend>With which account?</legend>${users.map(
    (user) => html`
<label><input type="radio" name="user" value="${user.sub}"${user === chosen ? ' checked' : ''}>
${user.name} <small>(${user.email})</small></label>`,
  )}</fieldset>`

/** The consent page: the user chooses an account, and allows or denies. */
function consentPage(
  pages: ProviderPages,
  config: ExampleConfig,
  requestId: string,
  { client, scopes, redirectUri }: AuthorizationRequest,
  chosen: OauthExampleUser | undefined,
): Promise<Response> {
  return pages.question({
    title: `Allow ${client.name} to access your account?`,
    requested: { names: scopes, words: SCOPE_WORDS },
    action: 'authorize',
    requestId,
    fields: accountFields(config, chosen),
    accept: ['allow', 'Allow'],
    refuse: ['deny', 'Deny'],
    destination: redirectUri,
  })
}

/** The authorization endpoint: the consent page, and its form. */
export function authorizeRoutes(model: ExampleModel) {
  const { config, services } = model
  const { scenarios, consent } = services
  // Requests are kept after the decision: a user who goes back and allows again gets a new code.
  const pendingRequests = new Map<string, AuthorizationRequest>()
  const app = createRoutes()

  const hintedUser = ({ loginHint }: AuthorizationRequest): OauthExampleUser | undefined =>
    config.users.find(({ sub, email }) => loginHint === sub || loginHint === email) ?? config.users[0]

  app.get('/authorize', (c) => {
    const parameters = new URL(c.req.url).searchParams
    const result = validateAuthorizationRequest(config, parameters)
    if (result.kind === 'error-page') {
      const client = config.clients.find(({ id }) => id === parameters.get('client_id'))
      return pagesOf(config, c.env, client).error(result.reason)
    }
    if (result.kind === 'error-redirect') {
      return redirectTo(errorLocation(model, result.to, result.error))
    }
    const { request } = result
    if (deniesAtOnce(scenarios)) return redirectTo(errorLocation(model, request, ACCESS_DENIED))
    const fault = consumeFirst(scenarios, AUTHORIZE_ERRORS)
    if (fault !== undefined) return redirectTo(errorLocation(model, request, fault.error))
    const user = hintedUser(request)
    if (consent === 'auto' && user !== undefined) {
      return redirectTo(successLocation(model, request, user))
    }
    if (request.isSilent) return redirectTo(errorLocation(model, request, LOGIN_REQUIRED))
    const requestId = randomHex(16)
    pendingRequests.set(requestId, request)
    return consentPage(pagesOf(config, c.env, request.client), config, requestId, request, user)
  })

  app.post('/authorize', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const request = pendingRequests.get(form.get('request') ?? '')
    if (request === undefined)
      return pagesOf(config, c.env).error(
        "We don't know this authorization request. Go back to the app and start again.",
      )
    const pages = pagesOf(config, c.env, request.client)
    const decision = form.get('decision')
    if (decision === 'deny') return redirectTo(errorLocation(model, request, ACCESS_DENIED))
    if (decision !== 'allow') return pages.error('Choose Allow or Deny.')
    const user = config.users.find(({ sub }) => sub === form.get('user'))
    if (user === undefined) return pages.error('Choose one of the accounts.')
    return redirectTo(successLocation(model, request, user))
  })

  return { app, reset: () => pendingRequests.clear() }
}
