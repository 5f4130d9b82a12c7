import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { randomHex } from './encoding.ts'

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

/** The colours and the form controls of every page. */
const STYLE = `
:root { color-scheme: light dark; --bg: #f7f7f5; --surface: #fff; --text: #1b1c1f; --muted: #5b5e66; --line: #dfdfda;
  --soft: #f1f1ee; --accent: #1d4ed8; --on-accent: #fff; --good: #176b3c; --good-soft: #e4f3ea; --warn: #8a4b00;
  --warn-soft: #fdf0dc; --bad: #a8201a; --bad-soft: #fbe9e7 }
@media (prefers-color-scheme: dark) { :root { --bg: #121316; --surface: #1a1c20; --text: #e8e8ea; --muted: #a3a6ae;
  --line: #30333a; --soft: #23262b; --accent: #9db8ff; --on-accent: #0d1530; --good: #7fd6a4; --good-soft: #16301f;
  --warn: #f0b86a; --warn-soft: #33240f; --bad: #ff9d94; --bad-soft: #3a1b19 } }
* { box-sizing: border-box }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 2rem 1rem; background: var(--bg); color: var(--text);
  overflow-wrap: break-word }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .75rem; text-wrap: balance }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem }
a { color: var(--accent) }
code { font-family: ui-monospace, monospace; font-size: .85em; overflow-wrap: anywhere }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem }
.muted { color: var(--muted) }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
button { font: inherit; padding: .5rem 1.25rem; border-radius: .5rem; border: 1px solid var(--line);
  background: var(--surface); color: var(--text); cursor: pointer }
button:hover { border-color: var(--accent); color: var(--accent) }
button.primary, button.primary:hover { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
`

export interface HtmlPage {
  readonly title: string
  readonly body: Markup
  /** The rules of this kind of page. */
  readonly style: string
  /** The only script of the page. */
  readonly script?: string
  /** `origin`: a form of the page names its origin to the client. Default: `no-referrer`. */
  readonly referrerPolicy?: 'origin' | 'same-origin'
  /** `own`: forms go to the page's own origin. Default: also to a client, after a redirect. */
  readonly forms?: 'own'
  readonly status?: number
}

/** A page without external resources, which cannot be framed. */
export async function htmlPage(page: HtmlPage): Promise<Response> {
  const { title, body, style, script, referrerPolicy = 'no-referrer', forms, status = 200 } = page
  const nonce = randomHex(16)
  const text = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style nonce="${nonce}">${raw(STYLE)}${raw(style)}</style>
</head>
<body>${body}${script === undefined ? '' : html`<script nonce="${nonce}">${raw(`${script}</script>`)}`}</body>
</html>
`
  return new Response(text.toString(), {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': [
        "default-src 'none'",
        `style-src 'nonce-${nonce}'`,
        ...(script === undefined ? [] : [`script-src 'nonce-${nonce}'`]),
        // Chrome also applies form-action to the redirect after a form post, and a consent form is answered with a
        // redirect to the client. So only pages whose forms stay here have it.
        ...(forms === 'own' ? ["form-action 'self'"] : []),
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': referrerPolicy,
      'Cache-Control': 'no-store',
    },
  })
}
