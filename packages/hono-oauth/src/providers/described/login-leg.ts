import { OAuthError } from '../../errors.ts'
import { invalid, type JsonObject } from '../../protocol/answer.ts'
import { buildAuthorizationUrl, type LoginRequest } from '../../protocol/authorization-request.ts'
import { codeIn, validateAuthorizationResponse } from '../../protocol/authorization-response.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import { pushAuthorizationRequest } from '../../protocol/pushed-request.ts'
import type { IssuedTokens } from '../../protocol/token-response.ts'
import type { Account, Authorization, CallbackRequest, Details } from '../contract.ts'
import { type ActingGrant, type Described, detailsIn, secretOf, urlOf, withAliases } from './described.ts'
import { firstTextAt, idAt, type Sources } from './path.ts'
import { giveBack, isRevocable } from './revocation.ts'
import { fillTexts, headOf, placeholdersIn } from './template.ts'
import { exchange, readIssued, sendCode, unusableTokens } from './token-leg.ts'

// The account of every grant of a server that does not describe accounts.
const ONLY_ACCOUNT: Account = { id: 'default', name: null }

/** The parameters of the login route that the description reads; `undefined` without any. */
export function loginDetails({ options }: Described): Record<string, 'host' | 'text'> | undefined {
  const { account, details = {}, authorizationEndpoint = '', tokenEndpoint = '' } = options
  const hosts = [authorizationEndpoint, tokenEndpoint].flatMap((url) => placeholdersIn(headOf(url)))
  const inHosts = hosts.map((name) => details[name])
  const paths = [...Object.values(details), account?.id ?? [], account?.name ?? []].flat()
  const entries = paths
    .filter((path) => path.startsWith('login.'))
    .map((path) => {
      return [path.slice('login.'.length), inHosts.includes(path) ? 'host' : 'text'] as const
    })
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** The parameters of the login route that say that a login is for the account of these details. */
export function loginQuery({ options }: Described, details: Details): Record<string, string> {
  const entries = Object.entries(options.details ?? {}).flatMap(([name, path]) => {
    const value = details[name]
    return path.startsWith('login.') && value !== undefined ? [[path.slice('login.'.length), value] as const] : []
  })
  return Object.fromEntries(entries)
}

/**
 * The URL of the authorization request, which is pushed first where the server has an endpoint for that.
 *
 * @param now - in seconds since the epoch
 * @param extra - parameters of OpenID Connect
 * @throws OAuthError `login_parameter_invalid` when the login does not say which account it is for; as
 *   `pushAuthorizationRequest`
 */
export async function startUrl(
  described: Described,
  client: RegisteredClient,
  request: LoginRequest,
  backChannel: BackChannel,
  now: number,
  extra: { readonly nonce?: string } = {},
): Promise<URL> {
  const { options } = described
  const details = detailsIn(described, { login: request.login })
  const own = fillTexts(options.authorizationParams ?? {}, details, described.placeholders)
  const names = Object.keys(loginDetails(described) ?? {})
  const missing = names.find((name) => !request.login?.[name])
  const { authorization_endpoint, pushed_authorization_request_endpoint: pushedTo } = client.server
  const endpoint = missing === undefined ? urlOf(described, authorization_endpoint, details) : undefined
  const pushEndpoint = pushedTo === undefined ? undefined : urlOf(described, pushedTo, details)
  if (!endpoint || (pushedTo !== undefined && !pushEndpoint)) {
    const name = missing ?? names.join(', ')
    throw new OAuthError('login_parameter_invalid', { detail: `The parameter "${name}" is missing, or is not right.` })
  }
  const server = { ...client.server, authorization_endpoint: endpoint.href }
  const all = { ...request, ...extra, scopeSeparator: options.scopeSeparator, params: { ...own, ...request.params } }
  if (!pushEndpoint) return buildAuthorizationUrl({ ...client, server }, all)
  // The request to the endpoint gives its parameters their other names.
  const { searchParams } = await buildAuthorizationUrl({ ...client, server, parameterNames: {} }, all)
  return pushAuthorizationRequest({ ...client, server }, pushEndpoint, searchParams, backChannel, now, options.errors)
}

/** A callback after its check. */
export interface CheckedCallback {
  readonly code: string
  /** The parameters after the hook of the description. */
  readonly parameters: URLSearchParams
}

/**
 * Checks a callback: `state`, `iss` and `error` as they came, then the hook of the description, then the code.
 *
 * @throws OAuthError `access_denied`, `authorization_failed` or `authorization_response_invalid`
 */
export async function checkCallback(
  described: Described,
  client: RegisteredClient,
  callback: CallbackRequest,
): Promise<CheckedCallback> {
  const { options } = described
  validateAuthorizationResponse(client, callback.parameters, callback.state, options.errors)
  const details = detailsIn(described, { login: callback.login })
  const login = { details, clientSecret: await secretOf(described, callback.now), now: callback.now }
  const parameters = await judged(options.authorizationResponse?.bind(options), callback.parameters, login)
  return { code: codeIn(parameters), parameters }
}

async function judged(
  hook: Described['options']['authorizationResponse'],
  parameters: URLSearchParams,
  login: { readonly details: Details; readonly clientSecret: string; readonly now: number },
): Promise<URLSearchParams> {
  const copy = new URLSearchParams(parameters)
  if (!hook) return copy
  const changed = await (async () => hook(copy, login))().catch(() => undefined)
  if (changed) return changed
  const cause = new Error('the hook of the description refused the parameters')
  throw new OAuthError('authorization_response_invalid', { cause })
}

/** What is known of the person after the token response. */
export interface Person {
  readonly claims?: JsonObject | undefined
  readonly userinfo?: JsonObject | readonly unknown[] | undefined
}

/**
 * Sends the code, and makes a grant of the answer. Tokens that cannot be used are given back.
 *
 * @param readPerson - reads what tells the account, after the tokens are known
 * @param identify - the account, where the description names none
 * @throws OAuthError of every step
 */
export async function connect(
  described: Described,
  client: RegisteredClient,
  { code, parameters }: CheckedCallback,
  callback: CallbackRequest,
  backChannel: BackChannel,
  readPerson: (tokens: IssuedTokens, details: Details) => Promise<Person>,
  identify: (person: Person) => Account | undefined = () => undefined,
): Promise<Authorization> {
  const { options, scopes } = described
  const { now } = callback
  const browser: Sources = { login: callback.login, callback: Object.fromEntries(parameters) }
  const proofKey = await options.dpop?.createKey()
  const asking = { details: detailsIn(described, browser), proofKey }
  const answer = await sendCode(described, client, code, callback, asking, backChannel)
  let granted: ActingGrant | undefined
  try {
    const { json, tokens: first } = readIssued(described, answer, 'code', now, parameters)
    granted = first
    const early = { ...browser, token: json }
    const { exchangeEndpoint } = options
    const acting = { accessToken: first.accessToken, details: detailsIn(described, early) }
    const traded = exchangeEndpoint && (await exchange(described, exchangeEndpoint, acting, backChannel, now)).tokens
    const tokens = { ...first, ...traded, ...(proofKey && { proofKey }) }
    granted = tokens
    const person = await readPerson(tokens, acting.details)
    const sources: Sources = { ...early, ...person }
    const requested = callback.scopes ?? scopes
    const account = accountIn(described, sources) ?? identify(person)
    const details = keptDetails(described, sources, callback.redirectUri)
    granted = { ...tokens, details, ...(account && { account }) }
    requireUsable(described, client, details)
    return {
      tokens,
      grant: {
        id: account?.id ?? ONLY_ACCOUNT.id,
        scopes: withAliases(described, tokens.scopes ?? requested, requested),
        account: account ?? ONLY_ACCOUNT,
        revocable: isRevocable(described, client),
        details,
        isAnonymous: account === undefined,
      },
    }
  } catch (error) {
    const unused = granted ?? unusableTokens(answer)
    if (unused) await giveBack(described, client, unused, backChannel, now)
    throw error
  }
}

/**
 * The account that the description finds; `undefined` when it names none.
 *
 * @throws OAuthError `provider_response_invalid` when the id is not told
 */
function accountIn({ options }: Described, sources: Sources): Account | undefined {
  const { account } = options
  if (!account) return undefined
  const id = idAt(sources, account.id)
  if (id === undefined) throw invalid('an account without an id')
  return { id, name: (account.name && firstTextAt(sources, account.name)) ?? null }
}

/** The details to keep: those of the description, and the redirect URI where a refresh has to repeat it. */
function keptDetails(described: Described, sources: Sources, redirectUri: string): Details {
  const params = Object.values(described.options.tokenParams ?? {})
  const isRepeated = params.flatMap(placeholdersIn).includes('redirect_uri')
  const subject = sources.claims?.['sub']
  const hasOwnAccount = described.options.account !== undefined && typeof subject === 'string'
  return {
    ...detailsIn(described, sources),
    ...(isRepeated && { redirect_uri: redirectUri }),
    // The ID token of a refresh is checked against the subject of the login.
    ...(hasOwnAccount && { sub: subject }),
  }
}

/** Whether details lead to the provider's own hosts alone, in every URL that they are put into. */
export function areUsable(described: Described, client: RegisteredClient, details: Details): boolean {
  const { apiOrigins = [], refreshEndpoint, revocationEndpoint = [] } = described.options
  const urls = [client.server.token_endpoint, ...apiOrigins, refreshEndpoint ?? [], revocationEndpoint].flat()
  const hosts = urls.map((url) => headOf(typeof url === 'string' ? url : url.url))
  return hosts.every((host) => !host.includes('{') || urlOf(described, host, details) !== undefined)
}

function requireUsable(described: Described, client: RegisteredClient, details: Details): void {
  if (!areUsable(described, client, details)) throw invalid('a token response with a host that is not on the list')
}
