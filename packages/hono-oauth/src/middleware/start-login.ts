import { randomText } from '../crypto/encoding.ts'
import type { Provider } from '../providers/contract.ts'
import { guardReturnTo } from '../transaction/return-to.ts'
import {
  generateState,
  sealTransaction,
  TRANSACTION_TTL_SECONDS,
  type Transaction,
} from '../transaction/transaction.ts'
import { confirmLogin } from './confirm-login.ts'
import { type LoginOwner, startingOwner } from './connecting-owner.ts'
import { checkHost, checkReturnTo } from './misuse.ts'
import type { Runtime, Visit } from './runtime.ts'

/** The options of a login. */
export interface LoginOptions<Scope extends string = string> {
  /**
   * Where the browser goes after the login: a path of this app, or a URL of `allowedOrigins`; any other value counts as
   * the default.
   */
  readonly returnTo?: string | null | undefined
  /** The scopes to request instead of the provider's configured ones. */
  readonly scopes?: readonly Scope[]
  /** The app's own JSON data, about 1 KB at most: it travels sealed and reaches `onConnected`. */
  readonly context?: unknown
  /** Further parameters of the provider for the authorization request, or such as say which account a login is for. */
  readonly params?: Readonly<Record<string, string>>
  /** Whether the answer is JSON `{ authorizationUrl }` instead of the redirect: for a page elsewhere, or a program. */
  readonly json?: boolean
}

const CODE_VERIFIER_BYTES = 32
const MAX_PARAM_LENGTH = 4096

/**
 * Starts a login: a sealed transaction in a cookie of its own, and a redirect to the provider. A login that another
 * site has started may get a page that asks first.
 *
 * @param link - the URL of this login, for that page; by default that of the request
 * @throws OAuthError `provider_unknown`, `configuration_invalid`, `owner_missing`, `request_cross_site`,
 *   `context_too_large`, `store_unavailable`, or an error of
 *   a provider that first reads the metadata of the server; no login has begun then
 */
export async function startLogin(visit: Visit, options: LoginOptions, link?: string): Promise<Response> {
  const { c, runtime, name } = visit
  checkHost(visit)
  const { login } = splitParams(runtime.provider(name), options.params)
  const question = await confirmLogin(visit, login ?? {}, link ?? (new URL(c.req.url).search || '?'))
  if (question) return question
  return c.redirect(await beginLogin(visit, options, await startingOwner(visit)), 302)
}

/**
 * Begins a login in this browser: a sealed transaction in a cookie of its own.
 *
 * @param owner - the owner of the login
 * @returns the URL of the authorization request
 * @throws OAuthError as {@link startLogin}
 */
export function beginLogin(visit: Visit, options: LoginOptions, owner: LoginOwner): Promise<string> {
  const { runtime, name } = visit
  return runtime.observe({ name: 'login', provider: name }, () => begin(visit, options, owner))
}

async function begin(visit: Visit, options: LoginOptions, owner: LoginOwner): Promise<string> {
  const { c, runtime, name } = visit
  const { config, ring, backChannel, cookies, now } = runtime
  const provider = runtime.provider(name)
  const { params, login } = splitParams(provider, options.params)
  const state = generateState()
  const redirectUri = runtime.redirectUri(name)
  const prepared = await provider.prepareLogin?.(
    { login, scopes: options.scopes, app: runtime.identity(name), notes: runtime.notes(name), now: now() },
    backChannel,
  )
  const found = prepared?.found
  const chosen = prepared?.scopes ?? options.scopes
  const scopes = chosen ?? provider.scopes
  const codeVerifier = provider.pkce ? randomText(CODE_VERIFIER_BYTES) : undefined
  const transaction: Transaction = {
    state,
    provider: name,
    redirectUri,
    returnTo: safeReturnTo(runtime, options.returnTo),
    ...owner,
    codeVerifier,
    scopes: chosen,
    loginParams: provider.loginParams?.filter((param) => params[param]),
    login,
    found,
    context: options.context,
    expiresAt: config.now() / 1000 + TRANSACTION_TTL_SECONDS,
  }
  const cookieName = cookies.transaction(state, now())
  const sealed = await sealTransaction(ring, cookieName, transaction)
  const request = { state, redirectUri, scopes, codeVerifier, params, login, found }
  const url = await provider.authorizationUrl(request, backChannel, now())
  const framed = provider.embedded === true
  cookies.evictTransactions(c, cookieName.length + sealed.length)
  cookies.write(c, cookieName, sealed, TRANSACTION_TTL_SECONDS, framed)
  c.header('referrer-policy', 'no-referrer')
  return backChannel.locate(url).href
}

/** The parameters in the query that the provider takes at a login: those with one value, of a limited length. */
export function paramsIn({ c, runtime, name }: Visit): Record<string, string> {
  const { loginParams = [], loginDetails = {} } = runtime.provider(name)
  const entries = [...loginParams, ...Object.keys(loginDetails)].flatMap((param): [string, string][] => {
    const [value, ...more] = c.req.queries(param) ?? []
    return value && more.length === 0 && value.length <= MAX_PARAM_LENGTH ? [[param, value]] : []
  })
  return Object.fromEntries(entries)
}

/** The parameters for the authorization request, and those that say which account the login is for. */
function splitParams({ loginDetails }: Provider, given: Readonly<Record<string, string>> = {}) {
  if (!loginDetails) return { params: given, login: undefined }
  const params: Record<string, string> = {}
  const login: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(loginDetails, name)) params[name] = value
    else login[name] = loginDetails[name] === 'host' ? value.toLowerCase() : value
  }
  return { params, login }
}

/** The requested page of this app, or the default page. */
export function safeReturnTo(runtime: Runtime, value: string | null | undefined): string {
  const { origin, publicPath: authPath, defaultReturnTo, allowedOrigins } = runtime.config
  const page = guardReturnTo(value, { origin, authPath, fallback: '', allowedOrigins })
  if (!page) checkReturnTo(runtime, value)
  return page || defaultReturnTo
}
