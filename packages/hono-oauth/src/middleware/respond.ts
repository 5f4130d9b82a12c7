import type { Context } from 'hono'
import { html } from 'hono/html'
import { randomText } from '../crypto/encoding.ts'
import { isOAuthError, OAuthError, type OAuthErrorCode, SECURE_HEADERS } from '../errors.ts'
import { entryOf, type LogEntry, logOnce } from './log.ts'
import { isNavigation } from './request-guards.ts'
import type { Runtime } from './runtime.ts'

/**
 * Adds the headers that every answer of a login needs.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.2.4 | RFC 9700 - section 4.2.4}
 */
export function secure(response: Response): Response {
  // The headers of a response from the app's hook may be immutable.
  const copy = new Response(response.body, response)
  for (const [name, value] of Object.entries(SECURE_HEADERS)) copy.headers.set(name, value)
  return copy
}

/** Where the links of an error page lead. */
type PageLinks = { readonly home?: string | undefined; readonly login?: string | undefined }

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
 * Answers with an error: a page for a person, problem+json for a program. As Hono's own handler does, it leaves
 * the error in `c.error` for a logger.
 *
 * @param runtime - for the links of the page; absent when the configuration is invalid
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
  const links = pageLinks(runtime, offered)
  const login = LOGIN_TEXTS[error.code] && (error.loginUrl ?? links.login)
  const told = withLogin(error, runtime, knownName(runtime, offered.provider), login)
  const problem = told.getResponse()
  if (!isNavigation(c)) {
    return c.newResponse(developer ? JSON.stringify({ ...told.toJSON(), developer }) : problem.body, problem)
  }
  const retryAfter = problem.headers.get('retry-after')
  if (retryAfter) c.header('retry-after', retryAfter)
  return errorPage(c, error, { ...links, login }, developer)
}

/** The error as a program gets it: with the provider, and the URL of a login where one helps. */
function withLogin(
  error: OAuthError,
  runtime: Runtime | undefined,
  provider: string | undefined,
  login: string | undefined,
) {
  if (!runtime || provider === undefined) return error
  const { retryAfterSeconds, missingScopes, message: detail } = error
  const loginUrl = login && new URL(login, runtime.config.origin).href
  return new OAuthError(error.code, { detail, retryAfterSeconds, missingScopes, provider, loginUrl })
}

function pageLinks(runtime: Runtime | undefined, { provider, returnTo }: OfferedLogin): PageLinks {
  if (!runtime) return {}
  const { publicPath, defaultReturnTo: home } = runtime.config
  if (!knownName(runtime, provider)) return { home }
  const query = returnTo ? `?return_to=${encodeURIComponent(returnTo)}` : ''
  return { home, login: `${publicPath}/${provider}/login${query}` }
}

const NONCE_BYTES = 16
const START_AGAIN = 'Start again'

/** What a page says. */
interface Page {
  readonly title: string
  readonly paragraphs: readonly string[]
  /** The texts and the addresses of the links; one without an address is left out. */
  readonly links: readonly (readonly [text: string | undefined, href: string | undefined])[]
  readonly note?: string
}

/**
 * A page that says what happened and what to do; no part of it comes from the request, except on the machine of the
 * developer the name of the provider's error.
 */
function errorPage(
  c: Context,
  error: OAuthError,
  { login, home }: PageLinks,
  developer: LogEntry | undefined,
): Promise<Response> {
  const { title, message, advice, status, code } = error
  const told = message === title ? [advice] : [message, advice]
  const { check = '', cause } = developer ?? {}
  const forDeveloper = `For the developer: ${check} ${cause ? `Cause: ${cause}.` : ''}`
  const page = {
    title,
    paragraphs: developer ? [...told, forDeveloper] : told,
    links: [[LOGIN_TEXTS[code], login] as const, ['Back to the app', home] as const],
    note: `${status} · ${code}`,
  }
  return respondWithPage(c, page, status)
}

/** Answers with a page that runs nothing and loads nothing. */
export async function respondWithPage(c: Context, page: Page, status: OAuthError['status'] | 200 = 200) {
  const nonce = randomText(NONCE_BYTES)
  c.header(
    'content-security-policy',
    `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  const links = page.links.map(([text, href]) => (text && href ? html`<a href="${href}">${text}</a>` : ''))
  const text = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title}</title>
<style nonce="${nonce}">
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 15vh auto; padding: 0 1.5rem; max-width: 34rem }
h1 { font-size: 1.5rem; line-height: 1.25; text-wrap: balance }
a { margin-right: 1rem }
small { display: block; margin-top: 2rem; opacity: .7 }
</style>
</head>
<body>
<main>
<h1>${page.title}</h1>
${page.paragraphs.map((each) => html`<p>${each}</p>`)}
<p>${links}</p>
${page.note ? html`<small>${page.note}</small>` : ''}
</main>
</body>
</html>`
  return secure(await c.html(text, status))
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
