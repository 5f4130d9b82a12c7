import type { Context } from 'hono'
import { html } from 'hono/html'
import { randomText } from '../crypto/encoding.ts'
import type { OAuthError } from '../errors.ts'

const NONCE_BYTES = 16

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
  const offerLogin = links.login !== undefined && OFFERS_LOGIN.has(error.status)
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
<p>${offerLogin ? html`<a href="${links.login}">Start again</a>` : ''}${
    links.home ? html`<a href="${links.home}">Back to the app</a>` : ''
  }</p>
<small>${error.status} · ${error.code}</small>
</main>
</body>
</html>`
  return c.html(page, error.status)
}

// Where another login can help: not after a refusal for what the app or the account is.
const OFFERS_LOGIN: ReadonlySet<number> = new Set([400, 401, 502, 503, 504])
