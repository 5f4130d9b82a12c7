import type { Context } from 'hono'
import { html } from 'hono/html'
import { randomText } from '../crypto/encoding.ts'
import { isOAuthError, OAuthError, type OAuthErrorCode, SECURE_HEADERS } from '../errors.ts'
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
type OfferedLogin = { readonly provider?: string; readonly returnTo?: string | undefined }

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
  const links = pageLinks(runtime, offered)
  const login = LOGIN_TEXTS[error.code] && (error.loginUrl ?? links.login)
  const problem = withLogin(error, runtime, offered.provider, login).getResponse()
  if (!isNavigation(c)) return c.newResponse(problem.body, problem)
  const retryAfter = problem.headers.get('retry-after')
  if (retryAfter) c.header('retry-after', retryAfter)
  return errorPage(c, error, { ...links, login })
}

/** The error as a program gets it: with the provider, and the URL of a login where one helps. */
function withLogin(
  error: OAuthError,
  runtime: Runtime | undefined,
  name: string | undefined,
  login: string | undefined,
) {
  const isKnown = runtime && name !== undefined && Object.hasOwn(runtime.config.providers, name)
  if (!isKnown) return error
  const { retryAfterSeconds, missingScopes, message: detail } = error
  const loginUrl = login && new URL(login, runtime.config.origin).href
  return new OAuthError(error.code, { detail, retryAfterSeconds, missingScopes, provider: name, loginUrl })
}

function pageLinks(runtime: Runtime | undefined, { provider, returnTo }: OfferedLogin): PageLinks {
  if (!runtime) return {}
  const { publicPath, providers, defaultReturnTo: home } = runtime.config
  if (provider === undefined || !Object.hasOwn(providers, provider)) return { home }
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

/** A page that says what happened and what to do; no part of it comes from the request. */
function errorPage(c: Context, error: OAuthError, { login, home }: PageLinks): Promise<Response> {
  const { title, message, advice, status, code } = error
  const page = {
    title,
    paragraphs: message === title ? [advice] : [message, advice],
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
