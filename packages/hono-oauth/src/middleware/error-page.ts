import type { Context } from 'hono'
import { html } from 'hono/html'
import { randomText } from '../crypto/encoding.ts'
import type { OAuthError, OAuthErrorCode } from '../errors.ts'

const NONCE_BYTES = 16
const START_AGAIN = 'Start again'

/** A page that says what happened and what to do; it takes nothing from the request. */
export async function errorPage(
  c: Context,
  error: OAuthError,
  links: { readonly home?: string | undefined; readonly login?: string | undefined },
): Promise<Response> {
  const nonce = randomText(NONCE_BYTES)
  c.header(
    'content-security-policy',
    `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  const loginText = links.login && LOGIN_TEXTS[error.code]
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${error.title}</title>
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
<h1>${error.title}</h1>
${error.message === error.title ? '' : html`<p>${error.message}</p>`}
<p>${error.advice}</p>
<p>${loginText ? html`<a href="${links.login}">${loginText}</a>` : ''}${
    links.home ? html`<a href="${links.home}">Back to the app</a>` : ''
  }</p>
<small>${error.status} · ${error.code}</small>
</main>
</body>
</html>`
  return c.html(page, error.status)
}

// Where another login can help: not after a mistake of the app, and not for a role that is missing.
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
