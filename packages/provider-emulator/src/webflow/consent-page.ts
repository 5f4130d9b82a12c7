import { html } from 'hono/html'
import type { Markup } from '../html-page.ts'
import { destinationOf, providerPages } from '../provider-pages.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { WebflowConfig } from './config.ts'
import type { WebflowWorkspace } from './resources.ts'
import type { Preselection } from './selection.ts'

const pages = providerPages('Emulated Webflow, not the real one')

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

/** The page on which the user chooses what to give access to, and allows or denies. */
export function consentPage(
  config: WebflowConfig,
  requestId: string,
  { client, scopes, redirectUri }: AuthorizationRequest,
  preselection: Preselection,
): Promise<Response> {
  const { firstName, lastName, email } = config.user
  return pages.question({
    title: `Allow ${client.name} to access your Webflow data?`,
    about: html`Signed in as ${firstName} ${lastName} (${email}). ${destinationOf(redirectUri)}`,
    wanted: { heading: 'It asks for these scopes', names: scopes },
    action: 'authorize',
    requestId,
    fields: selectionFields(config, preselection, client.installation === 'single-site'),
    accept: ['allow', 'Allow'],
    refuse: ['deny', 'Deny'],
  })
}

export const errorPage = pages.error
