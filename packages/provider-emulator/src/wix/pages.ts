import { html } from 'hono/html'
import { htmlPage, type Markup } from '../html-page.ts'
import type { WixApp, WixConfig } from './config.ts'
import type { WixSite } from './resources.ts'

const BADGE = html`<p class="badge">Emulated Wix, not the real one</p>`

const card = (title: string, text: Markup | string, status = 200): Promise<Response> =>
  htmlPage({
    title,
    body: html`<div class="card">${BADGE}<h1>${title}</h1><p>${text}</p></div>`,
    status,
  })

/** A mistake that Wix shows to the user and never sends to the app. */
export const errorPage = (reason: string, status = 400): Promise<Response> =>
  card(status === 404 ? '404 Not Found' : '400 Bad Request', reason, status)

export const cancelledPage = ({ name }: WixApp): Promise<Response> =>
  card('Cancelled', `${name} was not installed. You can close this window.`)

export const installedPage = ({ name }: WixApp, { siteDisplayName }: WixSite): Promise<Response> =>
  card('Installed', `${name} is now installed on ${siteDisplayName}.`)

export const closeWindowPage = (): Promise<Response> =>
  card('Done', 'You can close this window now.')

function siteFields({ sites }: WixConfig): Markup {
  return html`<fieldset><legend>On which site?</legend>${sites.map(
    ({ siteId, siteDisplayName }, index) => html`
<label><input type="radio" name="site" value="${siteId}"${index === 0 ? ' checked' : ''}>
${siteDisplayName}</label>`,
  )}</fieldset>`
}

interface Question {
  readonly requestId: string
  readonly app: WixApp
  /** Where the answer goes. */
  readonly destination: string | undefined
}

const permissionList = ({ permissions }: WixApp): Markup => html`
<h2 id="permissions">It asks for these permissions</h2>
<ul aria-labelledby="permissions">${permissions.map((name) => html`<li><code>${name}</code></li>`)}</ul>`

function whoAnswers({ owner }: WixConfig, destination: string | undefined): Markup {
  return html`<p>Signed in as ${owner.name} (${owner.email}).${
    destination === undefined
      ? ''
      : html` The answer goes to <code>${new URL(destination).host}</code>.`
  }</p>`
}

/** The page of an external install; it works without a script. */
export function installPage(
  config: WixConfig,
  { requestId, app, destination }: Question,
): Promise<Response> {
  const title = `Install ${app.name} on your site?`
  const body = html`<div class="card">${BADGE}
<h1>${title}</h1>
${whoAnswers(config, destination)}
${permissionList(app)}
<form method="post" action="app-installer">
<input type="hidden" name="request" value="${requestId}">
${siteFields(config)}
<div class="buttons">
<button class="primary" name="decision" value="install">Install</button>
<button name="decision" value="cancel">Cancel</button>
</div>
</form></div>`
  return htmlPage({ title, body })
}

/** The permission page of custom authentication. The site is known when Wix began the install. */
export function permissionPage(
  config: WixConfig,
  { requestId, app, destination }: Question,
  site: WixSite | undefined,
): Promise<Response> {
  const title = `Allow ${app.name} to access your site?`
  const body = html`<div class="card">${BADGE}
<h1>${title}</h1>
${whoAnswers(config, destination)}
${permissionList(app)}
<form method="post" action="install">
<input type="hidden" name="request" value="${requestId}">
${site === undefined ? siteFields(config) : html`<p>Site: ${site.siteDisplayName}</p>`}
<div class="buttons">
<button class="primary" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</div>
</form></div>`
  return htmlPage({ title, body })
}
