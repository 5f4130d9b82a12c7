import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { randomHex } from './random-hex.ts'

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --accent: #1750d8; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root { --accent: #8fb0ff; --on-accent: #0b1020 } }
* { box-sizing: border-box }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 2rem 1rem }
main { max-width: 34rem; margin: 0 auto }
.card { border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem }
.badge { display: inline-block; margin: 0 0 1rem; padding: .1rem .6rem; border-radius: 1rem;
  border: 1px dashed currentColor; font-size: .85rem }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 1rem }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem }
code { font-size: .9em; overflow-wrap: anywhere }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: .75rem 1rem }
legend { padding: 0 .4rem; font-weight: 600 }
label { display: block; padding: .2rem 0 }
.inner { margin-left: 1.6rem }
.buttons { display: flex; gap: .75rem; margin-top: 1.25rem }
button { font: inherit; padding: .5rem 1.5rem; border-radius: .5rem; border: 1px solid var(--accent);
  background: none; color: var(--accent); cursor: pointer }
button.primary { background: var(--accent); color: var(--on-accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
dt { font-family: ui-monospace, monospace; font-size: .9rem } dd { margin: 0 0 .5rem 1.5rem }
`

export interface HtmlPage {
  readonly title: string
  readonly body: Markup
  readonly status?: number
}

/** A page that runs no script, loads nothing and cannot be framed. */
export async function htmlPage({ title, body, status = 200 }: HtmlPage): Promise<Response> {
  const nonce = randomHex(16)
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style nonce="${nonce}">${raw(STYLE)}</style>
</head>
<body><main>${body}</main></body>
</html>
`
  return new Response(page.toString(), {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      // No form-action: Chrome applies it to the redirect that follows a form post as well, and
      // the consent form is answered with a redirect to the client.
      'Content-Security-Policy': [
        "default-src 'none'",
        `style-src 'nonce-${nonce}'`,
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    },
  })
}
