import { html } from 'hono/html'
import { randomHex } from '../encoding.ts'
import { deniesAtOnce } from '../faults/authorization.ts'
import type { Markup } from '../html-page.ts'
import type { ProviderPages } from '../pages.ts'
import { redirectTo } from '../urls.ts'
import { type AuthorizationRequest, validateAuthorizationRequest } from './authorization-request.ts'
import { errorLocation, successLocation } from './authorization-response.ts'
import type { WebflowConfig } from './config.ts'
import { createRoutes, type WebflowModel } from './model.ts'
import type { WebflowWorkspace } from './options.ts'
import { pagesOf } from './pages.ts'
import { WEBFLOW_SCOPE_WORDS } from './scope-words.ts'
import { type Preselection, preselect, readSelection, toSelection } from './selection.ts'

function siteFields(
  config: WebflowConfig,
  workspace: WebflowWorkspace,
  siteIds: readonly string[],
  singleSite: boolean,
): Markup {
  const type = singleSite ? 'radio' : 'checkbox'
  const sites = config.sites.filter((site) => site.workspaceId === workspace.id)
  return html`<div class="inner" role="group" aria-label="Sites of ${workspace.name}">${sites.map(
    ({ id, displayName }) => html`
<label><input type="${type}" name="site" value="${id}"${siteIds.includes(id) ? ' checked' : ''}>
${displayName} <small>(${workspace.name})</small></label>`,
  )}</div>`
}

function selectionFields(
  config: WebflowConfig,
  { wholeWorkspace, workspace, siteIds }: Preselection,
  singleSite: boolean,
): Markup {
  const checkedIf = (condition: boolean) => (condition ? ' checked' : '')
  const sites = config.workspaces.map((offered) => siteFields(config, offered, siteIds, singleSite))
  const legend = singleSite ? 'Which site may the app access?' : 'What may the app access?'
  if (singleSite) return html`<fieldset><legend>${legend}</legend>${sites}</fieldset>`
  return html`<fieldset><legend>${legend}</legend>
<label><input type="radio" name="workspace" value=""${checkedIf(!wholeWorkspace)}>
Only the selected sites</label>
${sites}
${config.workspaces.map(
  ({ id, name }) => html`
<label><input type="radio" name="workspace" value="${id}"${checkedIf(wholeWorkspace && id === workspace.id)}>
The whole workspace ${name}</label>`,
)}</fieldset>`
}

/** The consent page: the user chooses sites or a workspace, and allows or denies. */
function consentPage(
  pages: ProviderPages,
  config: WebflowConfig,
  requestId: string,
  { client, scopes, redirectUri }: AuthorizationRequest,
  preselection: Preselection,
): Promise<Response> {
  const { firstName, lastName, email } = config.user
  return pages.question({
    title: `Allow ${client.name} to access your Webflow data?`,
    signedInAs: `${firstName} ${lastName} (${email})`,
    requested: { names: scopes, words: WEBFLOW_SCOPE_WORDS },
    action: 'authorize',
    requestId,
    fields: selectionFields(config, preselection, client.installation === 'single-site'),
    accept: ['allow', 'Allow'],
    refuse: ['deny', 'Deny'],
    destination: redirectUri,
  })
}

/** The authorization endpoint: the consent page, and its form. */
export function authorizeRoutes(model: WebflowModel) {
  const { config, codes, services } = model
  const { scenarios, consent } = services
  // Requests are kept after the decision: a user who goes back and allows again gets a new code.
  const pendingRequests = new Map<string, AuthorizationRequest>()
  const app = createRoutes()

  app.get('/oauth/authorize', (c) => {
    const parameters = new URL(c.req.url).searchParams
    const result = validateAuthorizationRequest(config, parameters)
    const client = config.clients.find(({ id }) => id === parameters.get('client_id'))
    if (result.kind === 'error-page') return pagesOf(config, c.env, client).error(result.reason)
    const { request } = result
    if (result.kind === 'error-redirect') {
      return redirectTo(errorLocation(scenarios, request, result.error))
    }
    if (deniesAtOnce(scenarios)) {
      return redirectTo(errorLocation(scenarios, request, 'access_denied'))
    }
    const preselection = preselect(config, request.client, parameters)
    if (consent === 'auto') {
      const selection = toSelection(preselection)
      return redirectTo(successLocation({ scenarios, codes }, request, selection))
    }
    const requestId = randomHex(16)
    pendingRequests.set(requestId, request)
    return consentPage(pagesOf(config, c.env, request.client), config, requestId, request, preselection)
  })

  app.post('/oauth/authorize', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const request = pendingRequests.get(form.get('request') ?? '')
    if (request === undefined)
      return pagesOf(config, c.env).error(
        "We don't know this authorization request. Go back to the app and start again.",
      )
    const pages = pagesOf(config, c.env, request.client)
    const decision = form.get('decision')
    if (decision === 'deny') {
      return redirectTo(errorLocation(scenarios, request, 'access_denied'))
    }
    if (decision !== 'allow') return pages.error('Choose Allow or Deny.')
    const selection = readSelection(config, request.client, {
      workspaceId: form.get('workspace') || undefined,
      siteIds: form.getAll('site'),
    })
    if (typeof selection === 'string') return pages.error(selection)
    return redirectTo(successLocation({ scenarios, codes }, request, selection))
  })

  return { app, reset: () => pendingRequests.clear() }
}
