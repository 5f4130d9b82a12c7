import { randomHex } from '../random-hex.ts'
import { redirectTo } from '../redirect.ts'
import { takeOne } from '../scenarios.ts'
import { type AuthorizationRequest, judgeAuthorizationRequest } from './authorization-request.ts'
import { errorLocation, successLocation } from './authorization-response.ts'
import { ACCESS_DENIED, AUTHORIZE_FAULTS, LOGIN_REQUIRED } from './authorize-faults.ts'
import { consentPage, errorPage } from './consent-page.ts'
import { createRoutes, type ExampleModel } from './model.ts'
import type { OauthExampleUser } from './resources.ts'

/** The authorization endpoint: a consent page, and the form it posts back. */
export function authorizeRoutes(model: ExampleModel) {
  const { config, surroundings } = model
  const { scenarios, consent } = surroundings
  // A decided request stays: going back and allowing again gives a new code, as a browser expects.
  const waiting = new Map<string, AuthorizationRequest>()
  const app = createRoutes()

  const hinted = ({ loginHint }: AuthorizationRequest): OauthExampleUser | undefined =>
    config.users.find(({ sub, email }) => loginHint === sub || loginHint === email) ??
    config.users[0]

  app.get('/authorize', (c) => {
    const judgement = judgeAuthorizationRequest(config, new URL(c.req.url).searchParams)
    if (judgement.kind === 'page') return errorPage(judgement.reason)
    if (judgement.kind === 'redirect') {
      return redirectTo(errorLocation(model, judgement.to, judgement.error))
    }
    const { request } = judgement
    const fault = takeOne(scenarios, AUTHORIZE_FAULTS)
    if (fault !== undefined) return redirectTo(errorLocation(model, request, fault.error))
    const user = hinted(request)
    if (consent === 'auto' && user !== undefined) {
      return redirectTo(successLocation(model, request, user))
    }
    if (request.isSilent) return redirectTo(errorLocation(model, request, LOGIN_REQUIRED))
    const requestId = randomHex(16)
    waiting.set(requestId, request)
    return consentPage(config, requestId, request, user)
  })

  app.post('/authorize', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const request = waiting.get(form.get('request') ?? '')
    if (request === undefined) return errorPage('This authorization request is not known here.')
    const decision = form.get('decision')
    if (decision === 'deny') return redirectTo(errorLocation(model, request, ACCESS_DENIED))
    if (decision !== 'allow') return errorPage('Choose Allow or Deny.')
    const user = config.users.find(({ sub }) => sub === form.get('user'))
    if (user === undefined) return errorPage('Choose one of the accounts.')
    return redirectTo(successLocation(model, request, user))
  })

  return { app, reset: () => waiting.clear() }
}
