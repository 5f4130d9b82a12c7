import { html } from 'hono/html'
import { randomHex } from '../encoding.ts'
import { deniesAtOnce } from '../faults/authorization.ts'
import { destinationOf, providerPages } from '../pages.ts'
import { validateLogin } from './authorization-request.ts'
import { allow, deny, refuse } from './authorization-response.ts'
import type { Call } from './call.ts'
import type { Account, Texts } from './contexts.ts'
import type { LoginRequest, Model } from './model.ts'

const pagesOf = ({ personality }: Model) => providerPages(`Emulated ${personality.title}, no real account`)

/** The account with this id or e-mail address. */
const findAccount = ({ personality }: Model, name: string | undefined): Account | undefined =>
  personality.accounts.find(({ id, email }) => name === id || name === email)

/** The account that `login_hint` names, or the first one. */
const hintedAccount = (model: Model, { parameters }: LoginRequest): Account =>
  findAccount(model, parameters['login_hint']) ?? model.personality.accounts[0]

function consentPage(model: Model, login: LoginRequest): Promise<Response> {
  const requestId = randomHex(16)
  model.logins.set(requestId, login)
  const chosen = hintedAccount(model, login)
  return pagesOf(model).question({
    title: `Allow the app to access your ${model.personality.title} account?`,
    about: html`${destinationOf(login.redirectUri)}`,
    requested: { heading: 'The app requests these scopes', names: login.scopes },
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
  })
}

/** Shows the consent page, or allows at once. */
export async function handleAuthorizationRequest(model: Model, call: Call, params: Texts): Promise<Response> {
  const { scenarios, consent } = model.services
  const result = validateLogin(model, { ...call.query, ...params })
  if (result.kind === 'error-page') return pagesOf(model).error(result.reason)
  const { login } = result
  if (result.kind === 'error-redirect') return refuse(model, login, result.error)
  if (deniesAtOnce(scenarios)) return deny(model, login)
  return consent === 'auto' ? allow(model, login, hintedAccount(model, login)) : consentPage(model, login)
}

/** Answers the form of the consent page: `request`, `decision` and `account`. */
export async function handleDecision(model: Model, { members }: Call): Promise<Response> {
  const pages = pagesOf(model)
  const login = model.logins.get(members['request'] ?? '')
  if (login === undefined) {
    return pages.error("We don't know this authorization request. Go back to the app and start again.")
  }
  if (members['decision'] === 'deny') return deny(model, login)
  if (members['decision'] !== 'allow') return pages.error('Choose Allow or Deny.')
  const account = findAccount(model, members['account'])
  return account === undefined ? pages.error('Choose one of the accounts.') : allow(model, login, account)
}
