import { html } from 'hono/html'
import type { Markup } from '../html-page.ts'
import { destinationOf, providerPages } from '../provider-pages.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { ExampleConfig } from './config.ts'
import type { OauthExampleUser } from './resources.ts'

const pages = providerPages('Emulated oauth.example, no real account')

const accountFields = ({ users }: ExampleConfig, chosen: OauthExampleUser | undefined): Markup =>
  html`<fieldset><legend>With which account?</legend>${users.map(
    (user) => html`
<label><input type="radio" name="user" value="${user.sub}"${user === chosen ? ' checked' : ''}>
${user.name} <small>(${user.email})</small></label>`,
  )}</fieldset>`

/** The page on which the user chooses an account and allows or denies. */
export function consentPage(
  config: ExampleConfig,
  requestId: string,
  { client, scopes, redirectUri }: AuthorizationRequest,
  chosen: OauthExampleUser | undefined,
): Promise<Response> {
  return pages.question({
    title: `Allow ${client.name} to access your account?`,
    about: html`${destinationOf(redirectUri)}`,
    wanted: { heading: 'It asks for these scopes', names: scopes },
    action: 'authorize',
    requestId,
    fields: accountFields(config, chosen),
    accept: ['allow', 'Allow'],
    refuse: ['deny', 'Deny'],
  })
}

export const errorPage = pages.error
