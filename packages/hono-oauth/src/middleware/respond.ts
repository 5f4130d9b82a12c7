import type { Context } from 'hono'
import { isOAuthError, type OAuthError, type OAuthErrorCode } from '../errors.ts'
import { backTo, respondWithPage, secure, withCookies } from './answers.ts'
import { entryOf, type LogEntry, logOnce, noteLogged } from './log.ts'
import { isNavigation } from './request-guards.ts'
import type { Runtime } from './runtime.ts'

/** The provider of the login that an error page offers, and the path that the login returns to. */
type OfferedLogin = {
  readonly provider?: string | undefined
  readonly returnTo?: string | undefined
  /** Whether the request was a step of a login: the log gets its refusal, of any status. */
  readonly isLogin?: boolean
}

/** Makes the function for calls from the app's own handlers: the log gets a refusal, and the handler the error. */
export function loggedCalls(resolve: (c: Context) => Runtime) {
  return async function call<T>(c: Context, act: (runtime: Runtime) => Promise<T>, provider?: string, isLogin = false) {
    let runtime: Runtime | undefined
    try {
      runtime = resolve(c)
      return await act(runtime)
    } catch (error) {
      logRefusal(error, runtime, { provider, isLogin })
      throw error
    }
  }
}

/** A provider's name that is in the configuration; the address of a request may have another one. */
function knownName(runtime: Runtime | undefined, name: string | undefined): string | undefined {
  return runtime && name !== undefined && Object.hasOwn(runtime.config.providers, name) ? name : undefined
}

/**
 * Writes a refusal to the log once: every refused login, and any other refusal with a status from 500 up.
 *
 * @returns the entry, where the developer of the app may see it
 */
export function logRefusal(error: unknown, runtime: Runtime | undefined, { provider, isLogin }: OfferedLogin) {
  if (!isOAuthError(error)) return undefined
  if (!isLogin && error.status < 500) return undefined
  const name = knownName(runtime, provider)
  const entry = entryOf(error, { provider: name, redirectUri: name && runtime?.redirectUri(name) })
  logOnce(runtime?.config.logger, error, entry)
  return runtime?.isLocal ? entry : undefined
}

/**
 * Answers with an error: as the app's `onError` does, or with a page for a person and problem+json for a program. As
 * Hono's own handler does, it leaves the error in `c.error` for a logger.
 *
 * @param runtime - for the hook and the links of the page; absent when the configuration is invalid
 * @throws every error that is not of this package
 */
export async function refuse(
  c: Context,
  error: unknown,
  runtime: Runtime | undefined,
  offered: OfferedLogin = {},
): Promise<Response> {
  if (!isOAuthError(error)) throw error
  c.error = error
  const provider = offered.provider ?? c.get('connection')?.provider
  const developer = logRefusal(error, runtime, { ...offered, provider })
  const told = withLogin(error, runtime, offered)
  noteLogged(told)
  const own = await runtime?.config.onError?.(c, told)
  return own ? secure(withCookies(c, own)) : ownAnswer(c, told, runtime, developer)
}

/** The answer of this package to an error of the app's own handlers. */
export async function answerError(c: Context, error: OAuthError, runtime: Runtime | undefined): Promise<Response> {
  const developer = logRefusal(error, runtime, { provider: error.provider })
  return ownAnswer(c, withLogin(error, runtime), runtime, developer)
}

async function ownAnswer(
  c: Context,
  told: OAuthError,
  runtime: Runtime | undefined,
  developer: LogEntry | undefined,
): Promise<Response> {
  const problem = told.getResponse()
  if (!isNavigation(c)) {
    return c.newResponse(developer ? JSON.stringify({ ...told.toJSON(), developer }) : problem.body, problem)
  }
  for (const name of ['retry-after', 'www-authenticate']) {
    const value = problem.headers.get(name)
    if (value) c.header(name, value)
  }
  return errorPage(c, told, runtime?.config, developer)
}

/** The error with its provider, and with the URL of a login where one helps. */
function withLogin(
  error: OAuthError,
  runtime: Runtime | undefined,
  { provider, returnTo }: OfferedLogin = {},
): OAuthError {
  const name = knownName(runtime, error.provider ?? provider)
  if (!runtime || name === undefined) return error
  const { origin, publicPath } = runtime.config
  const query = returnTo ? `?return_to=${encodeURIComponent(returnTo)}` : ''
  const loginUrl = error.loginUrl ?? `${origin}${publicPath}/${name}/login${query}`
  return error.with({ provider: name, loginUrl: LOGIN_TEXTS[error.code] && loginUrl })
}

const START_AGAIN = 'Start again'

/**
 * A page that says what happened and what to do; no part of it comes from the request, except on the machine of the
 * developer the name of the provider's error.
 */
function errorPage(
  c: Context,
  error: OAuthError,
  { appName, defaultReturnTo: home }: Partial<Runtime['config']> = {},
  developer: LogEntry | undefined,
): Promise<Response> {
  const { title, message, advice, status, code, provider, loginUrl } = error
  const told = message === title ? [advice] : [message, advice]
  const { check = '', cause } = developer ?? {}
  const forDeveloper = `For the developer: ${check} ${cause ? `Cause: ${cause}.` : ''}`
  const page = {
    title,
    paragraphs: developer ? [...told, forDeveloper] : told,
    links: [[LOGIN_TEXTS[code], loginUrl] as const, [backTo(appName), home] as const],
    note: `${status} · ${code}`,
    about: [provider, appName],
  }
  return respondWithPage(c, page, status)
}

// The errors after which another login can help: not a mistake of the app, and not a role that is missing.
const LOGIN_TEXTS: Partial<Record<OAuthErrorCode, string>> = {
  not_connected: 'Connect',
  needs_reauth: 'Connect again',
  insufficient_scope: 'Connect again',
  owner_mismatch: START_AGAIN,
  login_overtaken: START_AGAIN,
  state_missing: START_AGAIN,
  transaction_unknown: START_AGAIN,
  transaction_expired: START_AGAIN,
  authorization_response_invalid: START_AGAIN,
  access_denied: START_AGAIN,
  authorization_failed: START_AGAIN,
  code_rejected: START_AGAIN,
  provider_unavailable: START_AGAIN,
  provider_response_invalid: START_AGAIN,
  provider_timeout: START_AGAIN,
  store_unavailable: START_AGAIN,
}
