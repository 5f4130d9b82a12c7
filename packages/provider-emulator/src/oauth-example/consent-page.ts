import { html } from 'hono/html'
import { htmlPage, type Markup } from '../html-page.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { ExampleConfig } from './config.ts'
import type { OauthExampleUser } from './resources.ts'

const BADGE = html`<p class="badge">Emulated oauth.example, no real account</p>`

const accountFields = ({ users }: ExampleConfig, chosen: OauthExampleUser | undefined): Markup =>
  html`<fieldset><legend>With which account?</legend>${users.map(
    (user) => html`
<label><input type="radio" name="user" value="${user.sub}"${user === chosen ? ' checked' : ''}>
${user.name} <small>(${user.email})</small></label>`,
  )}</fieldset>`

/** The page on which the user chooses an account and allows or denies; it works without a script. */
export function consentPage(
  config: ExampleConfig,
  requestId: string,
  { client, scopes, redirectUri }: AuthorizationRequest,
  chosen: OauthExampleUser | undefined,
): Promise<Response> {
  const title = `Allow ${client.name} to access your account?`
  const body = html`<div class="card">${BADGE}
<h1>${title}</h1>
<p>The answer goes to <code>${new URL(redirectUri).host}</code>.</p>
<h2 id="scopes">It asks for these scopes</h2>
<ul aria-labelledby="scopes">${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>
<form method="post" action="authorize">
<input type="hidden" name="request" value="${requestId}">
${accountFields(config, chosen)}
<div class="buttons">
<button class="primary" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</div>
</form></div>`
  return htmlPage({ title, body })
}

/** A mistake that is shown to the user and never sent to the client. */
export function errorPage(reason: string, status = 400): Promise<Response> {
  const title = status === 404 ? '404 Not Found' : '400 Bad Request'
  const body = html`<div class="card">${BADGE}<h1>${title}</h1><p>${reason}</p></div>`
  return htmlPage({ title, body, status })
}
