import { html } from 'hono/html'
import { randomHex } from '../encoding.ts'
import { deniesAtOnce } from '../faults/authorization.ts'
import { appLink, type ProviderPages, providerPages } from '../pages.ts'
import { validateLogin } from './authorization-request.ts'
import { allow, deny, refuse } from './authorization-response.ts'
import type { Call } from './call.ts'
import type { Account, Texts } from './contexts.ts'
import type { LoginRequest, Model } from './model.ts'

/** The pages of a request. A login says where its user came from; the client has several addresses. */
function pagesOf({ personality, client, services }: Model, { controlPage }: Call, login?: LoginRequest): ProviderPages {
  const app = appLink(services.appName, login?.redirectUri ?? client.redirectUris.at(-1))
  return providerPages(`Emulated ${personality.title}, no real account`)({ controlPage, app })
}

/** The account with this id or e-mail address. */
const findAccount = ({ personality }: Model, name: string | undefined): Account | undefined =>
  personality.accounts.find(({ id, email }) => name === id || name === email)

/** The account that `login_hint` names, or the first one. */
const hintedAccount = (model: Model, { parameters }: LoginRequest): Account =>
  findAccount(model, parameters['login_hint']) ?? model.personality.accounts[0]

function consentPage(model: Model, call: Call, login: LoginRequest): Promise<Response> {
  const requestId = randomHex(16)
  model.logins.set(requestId, login)
  const chosen = hintedAccount(model, login)
  return pagesOf(model, call, login).question({
    title: `Allow ${model.services.appName} to access your ${model.personality.title} account?`,
    requested: { names: login.scopes, words: model.personality.authorization.scopeWords ?? {} },
    // The page's own address: its query says which client it is for.
    action: '',
    requestId,
    fields: html`<fieldset><legend>With which account?</legend>${model.personality.accounts.map(
      (account) => html`
<label><input type="radio" name="account" value="${account.id}"${account === chosen ? ' checked' : ''}>
${account.name} <small>(${account.email})</small></label>`,
    )}</fieldset>`,
    accept: ['allow', 'Allow'],
    refuse: ['deny', 'Deny'],
    destination: login.redirectUri,
  })
}

/** Shows the consent page, or allows at once. */
export async function handleAuthorizationRequest(model: Model, call: Call, params: Texts): Promise<Response> {
  const { scenarios, consent } = model.services
  const result = validateLogin(model, { ...call.query, ...params })
  if (result.kind === 'error-page') return pagesOf(model, call).error(result.reason)
  const { login } = result
  if (result.kind === 'error-redirect') return refuse(model, login, result.error)
  if (deniesAtOnce(scenarios)) return deny(model, login)
  return consent === 'auto' ? allow(model, login, hintedAccount(model, login)) : consentPage(model, call, login)
}

/** Answers the form of the consent page: `request`, `decision` and `account`. */
export async function handleDecision(model: Model, call: Call): Promise<Response> {
  const { members } = call
  const login = model.logins.get(members['request'] ?? '')
  const pages = pagesOf(model, call, login)
  if (login === undefined) {
    return pages.error("We don't know this authorization request. Go back to the app and start again.")
  }
  if (members['decision'] === 'deny') return deny(model, login)
  if (members['decision'] !== 'allow') return pages.error('Choose Allow or Deny.')
  const account = findAccount(model, members['account'])
  return account === undefined ? pages.error('Choose one of the accounts.') : allow(model, login, account)
}
