import { configurationError, missingCredential } from '../../errors.ts'
import {
  type ClientAuthentication,
  type ClientAuthenticationMethod,
  formEncode,
  publicClient,
  secretInBody,
  secretInHeader,
} from '../../protocol/client.ts'
import { type AnyOptions, ID_TOKEN_ALGS, type OwnRequest } from './options.ts'
import { headOf, isPlainUrl, placeholdersIn } from './template.ts'

/** The two kinds of providers that are described. */
export type Kind = 'oauth2' | 'oidc'

const SHARED_OPTIONS =
  'clientId clientSecret scopes redirectUri authorizationParams loginParams scopeSeparator scopeAliases pkce ' +
  'restartsWithoutState authorizationResponse clientAuthentication parameterNames tokenFormat tokenParams ' +
  'tokenResponse refreshTokens errors account details hosts apiHeaders apiErrors apiOrigins revocationEndpoint ' +
  'revokesWholeGrant dpop'
const OPTIONS: Readonly<Record<Kind, string>> = {
  oauth2: `${SHARED_OPTIONS} authorizationEndpoint tokenEndpoint refreshEndpoint exchangeEndpoint userinfoEndpoint issuer issParameter pushedAuthorizationRequestEndpoint`,
  oidc: `${SHARED_OPTIONS} issuer metadataUrl idTokenAlg clockToleranceSeconds userinfo par`,
}
const OWN_REQUEST_MEMBERS = ['url', 'method', 'as', 'headers', 'form', 'json']
const SOURCES: Readonly<Record<Kind, readonly string[]>> = {
  oauth2: ['login', 'callback', 'token', 'userinfo'],
  oidc: ['login', 'callback', 'token', 'userinfo', 'claims'],
}

const AUTHORIZATION_PARAMETERS =
  'response_type client_id redirect_uri state scope nonce code_challenge code_challenge_method request request_uri'
const TOKEN_PARAMETERS =
  'grant_type code code_verifier refresh_token client_id client_secret client_assertion client_assertion_type'
// Headers that the runtime sets, that carry credentials of visitors, or that are for one connection alone.
const FORBIDDEN_HEADERS = 'host cookie connection content-length transfer-encoding te trailer upgrade keep-alive'

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/
// A wildcard stands under at least two labels: `*.com` would be everywhere.
const HOST = /^(\*\.[a-z0-9-]+|[a-z0-9-]+)(\.[a-z0-9-]+)+$/
const OWN_NAMES = ['client_id', 'client_secret', 'access_token', 'refresh_token', 'account_id', 'redirect_uri', 'sub']
const DETAIL_NAME = /^[A-Za-z]\w*$/

/**
 * Checks the description of a provider with the settings of an app.
 *
 * @throws OAuthError `configuration_invalid`: it names the option, and what a right one looks like; never a secret
 */
export function checkOptions(kind: Kind, options: AnyOptions): void {
  const fail = (option: string, problem: string): never => {
    throw configurationError(`${kind} ${option}`, problem)
  }
  for (const name of Object.keys(options)) {
    if (!OPTIONS[kind].split(' ').includes(name)) fail(name, `is not an option. The options are: ${OPTIONS[kind]}`)
  }
  const own = ownRequests(options)
  for (const [option, request] of own) {
    for (const member of Object.keys(request)) {
      if (OWN_REQUEST_MEMBERS.includes(member)) continue
      fail(option, `has the member ${member}. The members are: ${OWN_REQUEST_MEMBERS.join(' ')}`)
    }
  }
  checkAccount(options, fail)
  checkPaths(kind, options, fail)
  checkParams('authorizationParams', AUTHORIZATION_PARAMETERS, options, fail)
  checkParams('tokenParams', TOKEN_PARAMETERS, options, fail)
  checkHeaders(options, fail)
  for (const host of options.hosts ?? []) {
    if (!HOST.test(host)) fail('hosts', 'has an entry that is not a host such as accounts.zoho.eu or *.myshopify.com')
  }
  const isPublic = options.clientSecret === undefined && typeof options.clientAuthentication !== 'function'
  if (options.pkce === false && isPublic) {
    fail('pkce', 'is false, and there is no clientSecret: PKCE alone protects the code of a public client')
  }
  if (!['rotating', 'reusable', 'none', undefined].includes(options.refreshTokens)) {
    fail('refreshTokens', "is none of 'rotating', 'reusable' and 'none'")
  }
  checkUrls(kind, options, own, fail)
  const { dpop } = options
  if (dpop && typeof dpop.createKey !== 'function') fail('dpop', 'is no value of dpop(). Write dpop: dpop()')
  const problem = dpop?.problemWith(options)
  if (problem) fail('dpop', problem)
}

type Fail = (option: string, problem: string) => never

/** The requests in a provider's own shape, by option. */
function ownRequests({ refreshEndpoint, exchangeEndpoint, userinfoEndpoint, revocationEndpoint }: AnyOptions) {
  const all = { refreshEndpoint, exchangeEndpoint, userinfoEndpoint, revocationEndpoint }
  return Object.entries(all).flatMap(([option, value]) =>
    [value ?? []].flat().flatMap((each) => (typeof each === 'string' ? [] : [[option, each as OwnRequest] as const])),
  )
}

function checkAccount({ account }: AnyOptions, fail: Fail): void {
  if (account === undefined) return
  if ('url' in account) {
    const example =
      "userinfoEndpoint: 'https://api.example.com/me', account: { id: 'userinfo.sub', name: 'userinfo.name' }"
    fail('account', `has the member url, which is an option of its own now. Write: ${example}`)
  }
  if (account.id === undefined || [account.id].flat().length === 0) {
    fail('account', "has no id. Write the path of one, such as account: { id: 'userinfo.id' }")
  }
}

/** Checks where texts are read, and that a claim of the browser is checked by the provider. */
function checkPaths(kind: Kind, options: AnyOptions, fail: Fail): void {
  const { account, details = {} } = options
  const ids = [account?.id ?? []].flat()
  const names = [account?.name ?? []].flat()
  for (const [option, paths] of Object.entries({ account: [...ids, ...names], details: Object.values(details) })) {
    for (const path of paths) {
      const [source = '', member] = path.split('.')
      if (SOURCES[kind].includes(source) && member) continue
      fail(option, `has the path ${path}. A path begins with one of ${SOURCES[kind].join(', ')}, such as token.team.id`)
    }
  }
  for (const name of Object.keys(details)) {
    if (OWN_NAMES.includes(name)) fail('details', `has the name ${name}, which has a meaning of its own`)
    if (!DETAIL_NAME.test(name)) fail('details', `has the name ${name}. A name has letters and digits alone`)
  }
  const sent = new Set(
    [options.tokenEndpoint, ...Object.values(options.tokenParams ?? {}), urlOf(options.userinfoEndpoint)].flatMap(
      (template) => placeholdersIn(template ?? ''),
    ),
  )
  const isChecked = (path: string) => Object.entries(details).some(([name, at]) => at === path && sent.has(name))
  for (const path of [...ids, ...Object.values(details)]) {
    if (!/^(login|callback)\./.test(path) || isChecked(path)) continue
    const way = 'name it in details, and put it into tokenEndpoint, tokenParams or userinfoEndpoint'
    fail('details', `trusts ${path}, which a browser can change: ${way}, where the provider checks it`)
  }
}

function checkParams(option: 'authorizationParams' | 'tokenParams', names: string, options: AnyOptions, fail: Fail) {
  for (const [name, value] of Object.entries(options[option] ?? {})) {
    const isOurs = names.split(' ').includes(name) || (name === 'redirect_uri' && value !== '{redirect_uri}')
    if (isOurs) fail(option, `has ${name}, which is a parameter of the protocol. Use it for others, such as prompt`)
  }
}

function checkHeaders({ apiHeaders = {} }: AnyOptions, fail: Fail): void {
  for (const name of Object.keys(apiHeaders)) {
    const isAllowed = HEADER_NAME.test(name) && !FORBIDDEN_HEADERS.split(' ').includes(name.toLowerCase())
    if (!isAllowed) fail('apiHeaders', `has ${name}, which it cannot set. Use it for others, such as notion-version`)
  }
}

/** Checks each URL, and the placeholders in it: those that its leg knows. */
function checkUrls(kind: Kind, options: AnyOptions, own: readonly (readonly [string, OwnRequest])[], fail: Fail): void {
  const { details = {}, hosts = [], exchangeEndpoint } = options
  const from = (...sources: string[]) =>
    Object.entries(details).flatMap(([name, path]) => (sources.includes(path.split('.')[0] ?? '') ? [name] : []))
  const all = Object.keys(details)
  const app = ['client_id', 'client_secret']
  const login = from('login')
  const callback = [...login, ...from('callback')]
  const token = [...callback, ...from('token')]
  const stored = [...all, ...app, 'access_token', 'refresh_token', 'account_id']

  const check = (option: string, template: string | undefined, known: readonly string[]) => {
    if (!template) fail(option, 'is missing. It is a URL such as https://login.example.com/oauth/token')
    const text = template as string
    const unknown = placeholdersIn(text).find((name) => !known.includes(name))
    if (unknown !== undefined) {
      fail(option, `has the placeholder {${unknown}}, which is not known by then. Known: ${known.join(', ') || 'none'}`)
    }
    const head = headOf(text)
    if (head.includes('{') && hosts.length === 0) {
      fail(option, "has a placeholder in its host, and hosts is missing. Write hosts: ['*.myshopify.com']")
    }
    if (head.startsWith('{')) return
    const sample = text.replace(/\{\w+\}/g, 'x')
    const url = URL.canParse(sample) ? new URL(sample) : undefined
    if (!url || !isPlainUrl(url)) fail(option, 'is not an https URL without credentials and fragment')
  }
  const texts = (option: string, templates: Readonly<Record<string, string>> = {}, known: readonly string[]) => {
    for (const name of Object.values(templates).flatMap(placeholdersIn)) {
      if (!known.includes(name)) fail(option, `has the placeholder {${name}}. Known: ${known.join(', ') || 'none'}`)
    }
  }

  if (kind === 'oauth2') {
    check('authorizationEndpoint', options.authorizationEndpoint, login)
    check('tokenEndpoint', options.tokenEndpoint, callback)
    const { pushedAuthorizationRequestEndpoint: pushedTo } = options
    if (pushedTo !== undefined) check('pushedAuthorizationRequestEndpoint', pushedTo, login)
    if (!options.apiOrigins?.length) fail('apiOrigins', "is empty. Write apiOrigins: ['https://api.example.com']")
    if (options.issuer !== undefined) check('issuer', options.issuer, [])
  }
  if (typeof options.refreshEndpoint === 'string') check('refreshEndpoint', options.refreshEndpoint, all)
  if (typeof options.userinfoEndpoint === 'string') check('userinfoEndpoint', options.userinfoEndpoint, token)
  if (typeof options.revocationEndpoint === 'string') check('revocationEndpoint', options.revocationEndpoint, all)
  for (const [option, request] of own) {
    const known =
      option === 'userinfoEndpoint' || request === exchangeEndpoint ? [...token, ...app, 'access_token'] : stored
    check(option, request.url, known)
    texts(option, request.headers, known)
    texts(option, request.form, known)
  }
  for (const origin of options.apiOrigins ?? []) {
    check('apiOrigins', origin, all)
    if (!origin.includes('{') && new URL(origin).origin !== origin) {
      fail('apiOrigins', 'has an entry that is no origin like https://api.example.com, without a path')
    }
  }
  texts('tokenParams', options.tokenParams, [...callback, 'redirect_uri'])
  texts('authorizationParams', options.authorizationParams, login)
  texts('apiHeaders', options.apiHeaders, [...all, 'access_token'])
  if (kind === 'oidc') checkOidc(options, check, fail)
}

function checkOidc(
  options: AnyOptions,
  check: (option: string, template: string | undefined, known: readonly string[]) => void,
  fail: Fail,
): void {
  const { issuer = '', metadataUrl, idTokenAlg = 'RS256', clockToleranceSeconds = 0 } = options
  const hasClaim = /\{claims\.\w+\}/.test(issuer)
  check('issuer', issuer.replace(/\{claims\.\w+\}/g, 'x'), [])
  if (options.apiOrigins?.length === 0) fail('apiOrigins', "is empty. Write apiOrigins: ['https://api.example.com']")
  // OpenID Connect Discovery, section 3.
  if (issuer.includes('?')) fail('issuer', 'has a query')
  if (hasClaim && headOf(issuer).includes('{')) fail('issuer', 'has a claim in its host')
  if (hasClaim && metadataUrl === undefined) fail('metadataUrl', 'is missing, and the issuer has a claim in it')
  if (metadataUrl !== undefined) check('metadataUrl', metadataUrl, [])
  if (!ID_TOKEN_ALGS.includes(idTokenAlg)) fail('idTokenAlg', `is none of ${ID_TOKEN_ALGS.join(', ')}`)
  if (!Number.isFinite(clockToleranceSeconds) || clockToleranceSeconds < 0) {
    fail('clockToleranceSeconds', 'is no number of seconds')
  }
}

function urlOf(endpoint: string | OwnRequest | undefined): string | undefined {
  return typeof endpoint === 'string' ? endpoint : endpoint?.url
}

/**
 * The client authentication that the credentials of an app allow.
 *
 * @param preferred - the method for a client with a secret, unless the options choose one
 * @throws OAuthError `configuration_invalid`, naming the setting and never its value
 */
export function authenticationOf(
  kind: Kind,
  options: AnyOptions,
  preferred: ClientAuthenticationMethod = 'basic',
): ClientAuthentication {
  const { clientId, clientSecret, clientAuthentication: chosen } = options
  const settingError = (setting: string, problem: string) => configurationError(`${kind} ${setting}`, problem)
  if (!clientId) throw missingCredential(`${kind} clientId`)
  // A variable that is not set must not make a public client: that one leaves the setting out.
  if (clientSecret === '' || (!chosen && !clientSecret && 'clientSecret' in options)) {
    throw missingCredential(`${kind} clientSecret`)
  }
  if (typeof chosen === 'function') return chosen
  const method = chosen ?? (clientSecret === undefined ? 'none' : preferred)
  if (method === 'none') return publicClient
  if (clientSecret === undefined) {
    throw settingError('clientSecret', 'is missing, and clientAuthentication needs it')
  }
  // RFC 7617, section 2: the password begins after the first colon.
  if (method === 'basic-raw' && clientId.includes(':')) {
    throw settingError('clientId', 'has a colon, which basic-raw cannot send')
  }
  if (method === 'basic') return secretInHeader(clientSecret, formEncode)
  if (method === 'basic-raw') return secretInHeader(clientSecret, String)
  if (method === 'post') return secretInBody(clientSecret)
  throw settingError('clientAuthentication', 'is none of basic, basic-raw, post and none')
}

/** Whether a description names an http server on this machine. */
export function usesLoopback(options: AnyOptions): boolean {
  const { refreshEndpoint, exchangeEndpoint, userinfoEndpoint, revocationEndpoint = [] } = options
  const own = [refreshEndpoint, exchangeEndpoint, userinfoEndpoint, revocationEndpoint].flat().map(urlOf)
  const { issuer, metadataUrl, authorizationEndpoint, tokenEndpoint, pushedAuthorizationRequestEndpoint } = options
  const urls = [issuer, metadataUrl, authorizationEndpoint, tokenEndpoint, pushedAuthorizationRequestEndpoint, ...own]
  return [...urls, ...(options.apiOrigins ?? [])].some((url) => /^http:/i.test(url ?? ''))
}
