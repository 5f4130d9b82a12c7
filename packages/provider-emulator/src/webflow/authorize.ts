import { randomHex } from '../random-hex.ts'
import { redirectTo } from '../redirect.ts'
import { type AuthorizationRequest, judgeAuthorizationRequest } from './authorization-request.ts'
import { errorLocation, successLocation } from './authorization-response.ts'
import { consentPage, errorPage } from './consent-page.ts'
import { createRoutes, type WebflowModel } from './model.ts'
import { preselect, readSelection, selectionOf } from './selection.ts'

/** The authorization endpoint: a consent page, and the form it posts back. */
export function authorizeRoutes(model: WebflowModel) {
  const { config, codes, surroundings } = model
  const { scenarios, consent } = surroundings
  // A decided request stays: going back and allowing again gives a new code, as a browser expects.
  const waiting = new Map<string, AuthorizationRequest>()
  const app = createRoutes()

  app.get('/oauth/authorize', (c) => {
    const parameters = new URL(c.req.url).searchParams
    const judgement = judgeAuthorizationRequest(config, parameters)
    if (judgement.kind === 'page') return errorPage(judgement.reason)
    const { request } = judgement
    if (judgement.kind === 'redirect') {
      return redirectTo(errorLocation(scenarios, request, judgement.error))
    }
    if (scenarios.take('user-denies')) {
      return redirectTo(errorLocation(scenarios, request, 'access_denied'))
    }
    const preselection = preselect(config, request.client, parameters)
    if (consent === 'auto') {
      const selection = selectionOf(preselection)
      return redirectTo(successLocation({ scenarios, codes }, request, selection))
    }
    const requestId = randomHex(16)
    waiting.set(requestId, request)
    return consentPage(config, requestId, request, preselection)
  })

  app.post('/oauth/authorize', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const request = waiting.get(form.get('request') ?? '')
    if (request === undefined) return errorPage('This authorization request is not known here.')
    const decision = form.get('decision')
    if (decision === 'deny') {
      return redirectTo(errorLocation(scenarios, request, 'access_denied'))
    }
    if (decision !== 'allow') return errorPage('Choose Allow or Deny.')
    const selection = readSelection(config, request.client, {
      workspaceId: form.get('workspace') || undefined,
      siteIds: form.getAll('site'),
    })
    if (typeof selection === 'string') return errorPage(selection)
    return redirectTo(successLocation({ scenarios, codes }, request, selection))
  })

  return { app, reset: () => waiting.clear() }
}
