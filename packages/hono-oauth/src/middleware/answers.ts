import type { Context } from 'hono'
import { html } from 'hono/html'
import { randomText } from '../crypto/encoding.ts'
import { type OAuthError, SECURE_HEADERS } from '../errors.ts'

/**
 * The `Cache-Control` of a page that goes on: Cloudflare and other proxies hold an answer back while they compress it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.6 | RFC 9111 - section 5.2.2.6}
 */
export const NOT_HELD_BACK = 'no-store, no-transform'

/**
 * Adds the headers that every answer of a login needs.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.2.4 | RFC 9700 - section 4.2.4}
 */
export function secure(response: Response): Response {
  // The headers of a response from the app's hook may be immutable.
  const copy = new Response(response.body, response)
  for (const [name, value] of Object.entries(SECURE_HEADERS)) {
    if (copy.headers.get(name) !== NOT_HELD_BACK) copy.headers.set(name, value)
  }
  return copy
}

/** The app's answer with the cookies of this package. An answer that the app made through `c` has them already. */
export function withCookies(c: Context, response: Response): Response {
  const answer = c.newResponse(response.body, response)
  const cookies = new Set(answer.headers.getSetCookie())
  answer.headers.delete('set-cookie')
  for (const cookie of cookies) answer.headers.append('set-cookie', cookie)
  return answer
}

const NONCE_BYTES = 16

/** What a page says. */
interface Page {
  readonly title: string
  readonly paragraphs: readonly (string | ReturnType<typeof html>)[]
  /** The texts and the addresses of the links; one without an address is left out. */
  readonly links: readonly (readonly [text: string | undefined, href: string | undefined])[]
  readonly note?: string
  /** What its title says beside: the provider, and the app. */
  readonly about: readonly (string | undefined)[]
}

/** The text of the link that leads away from a page. */
export function backTo(appName = 'the app'): string {
  return `Back to ${appName}`
}

/**
 * Answers with a page that runs nothing and loads nothing. It has no end tags of `body` and `html`, which may be left
 * out: so a page can go on.
 */
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
<title>${[page.title, ...page.about].filter(Boolean).join(' · ')}</title>
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
`
  return secure(await c.html(text, status))
}
