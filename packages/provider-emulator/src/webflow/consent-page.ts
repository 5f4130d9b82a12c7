import { html } from 'hono/html'
import { htmlPage, type Markup } from '../html-page.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { WebflowConfig } from './config.ts'
import type { WebflowWorkspace } from './resources.ts'
import type { Preselection } from './selection.ts'

export const BADGE = html`<p class="badge">Emulated Webflow, not the real one</p>`

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
  const legend = singleSite ? 'Which site may it access?' : 'What may it access?'
  if (singleSite) return html`<fieldset><legend>${legend}</legend>${sites}</fieldset>`
  return html`<fieldset><legend>${legend}</legend>
<label><input type="radio" name="workspace" value=""${checkedIf(!wholeWorkspace)}>
Only the sites chosen here</label>
${sites}
${config.workspaces.map(
  ({ id, name }) => html`
<label><input type="radio" name="workspace" value="${id}"${checkedIf(
    wholeWorkspace && id === workspace.id,
  )}>
The whole workspace ${name}</label>`,
)}</fieldset>`
}

/** The page on which the user allows or denies; it works without a script. */
export function consentPage(
  config: WebflowConfig,
  requestId: string,
  { client, scopes, redirectUri }: AuthorizationRequest,
  preselection: Preselection,
): Promise<Response> {
  const title = `Allow ${client.name} to access your Webflow data?`
  const body = html`<div class="card">${BADGE}
<h1>${title}</h1>
<p>Signed in as ${config.user.firstName} ${config.user.lastName} (${config.user.email}).
The answer goes to <code>${new URL(redirectUri).host}</code>.</p>
<h2 id="scopes">It asks for these scopes</h2>
<ul aria-labelledby="scopes">${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>
<form method="post" action="authorize">
<input type="hidden" name="request" value="${requestId}">
${selectionFields(config, preselection, client.installation === 'single-site')}
<div class="buttons">
<button class="primary" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</div>
</form></div>`
  return htmlPage({ title, body })
}

/** A mistake that Webflow shows to the user and never sends to the client. */
export function errorPage(reason: string, status = 400): Promise<Response> {
  const title = status === 404 ? '404 Not Found' : '400 Bad Request'
  const body = html`<div class="card">${BADGE}<h1>${title}</h1><p>${reason}</p></div>`
  return htmlPage({ title, body, status })
}
