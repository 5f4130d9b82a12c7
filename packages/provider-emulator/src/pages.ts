import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { randomHex } from './encoding.ts'
import type { EmulatedProvider } from './provider.ts'
import type { ScenarioStatus } from './scenarios.ts'

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
  /** The only script of the page. */
  readonly script?: string
  /** `origin`: a form of the page names its origin to the client. Default: `no-referrer`. */
  readonly referrerPolicy?: 'origin'
  readonly status?: number
}

/** A page without external resources, which cannot be framed. */
async function htmlPage({ title, body, script, referrerPolicy, status = 200 }: HtmlPage): Promise<Response> {
  const nonce = randomHex(16)
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style nonce="${nonce}">${raw(STYLE)}</style>
</head>
<body><main>${body}</main>${script === undefined ? '' : html`<script nonce="${nonce}">${raw(script)}</script>`}</body>
</html>
`
  return new Response(page.toString(), {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      // No form-action: Chrome also applies it to the redirect after a form post, and the consent
      // form is answered with a redirect to the client.
      'Content-Security-Policy': [
        "default-src 'none'",
        `style-src 'nonce-${nonce}'`,
        ...(script === undefined ? [] : [`script-src 'nonce-${nonce}'`]),
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': referrerPolicy ?? 'no-referrer',
      'Cache-Control': 'no-store',
    },
  })
}

/** A provider's question to the user. The form posts the answer as `decision`. */
export interface Question {
  readonly title: string
  /** Who is signed in, and which host receives the answer. */
  readonly about: Markup
  /** The scopes or permissions that the client requests. */
  readonly requested: { readonly heading: string; readonly names: readonly string[] }
  /** The form's URL, relative to the page. */
  readonly action: string
  readonly requestId: string
  /** The form fields for the user's choice. */
  readonly fields: Markup
  /** The two buttons: the value of `decision` and its label. */
  readonly accept: readonly [string, string]
  readonly refuse: readonly [string, string]
}

/** The pages of one provider, each marked as emulated. */
export interface ProviderPages {
  /** A page with a form. */
  question(question: Question): Promise<Response>
  /** A page with a message. */
  notice(title: string, text: Markup | string, status?: number): Promise<Response>
  /** A page for an error that is shown to the user and never sent to the client. */
  error(reason: string, status?: number): Promise<Response>
}

/**
 * Creates the pages of a provider.
 *
 * @param badge The text above each page that says that it is not the real provider.
 *
 * @example
 * const pages = providerPages('Emulated, not the real one')
 */
export function providerPages(badge: string): ProviderPages {
  const card = (title: string, content: Markup, status = 200) =>
    htmlPage({
      title,
      body: html`<div class="card"><p class="badge">${badge}</p>
<h1>${title}</h1>
${content}</div>`,
      status,
    })
  const notice: ProviderPages['notice'] = (title, text, status) => card(title, html`<p>${text}</p>`, status)
  return {
    question: ({ title, about, requested, action, requestId, fields, accept, refuse }) =>
      card(
        title,
        html`<p>${about}</p>
<h2 id="requested">${requested.heading}</h2>
<ul aria-labelledby="requested">${requested.names.map((name) => html`<li><code>${name}</code></li>`)}</ul>
<form method="post" action="${action}">
<input type="hidden" name="request" value="${requestId}">
${fields}
<div class="buttons">
<button class="primary" name="decision" value="${accept[0]}">${accept[1]}</button>
<button name="decision" value="${refuse[0]}">${refuse[1]}</button>
</div>
</form>`,
      ),
    notice,
    error: (reason, status = 400) => notice(status === 404 ? '404 Not Found' : '400 Bad Request', reason, status),
  }
}

/** A page whose form posts an answer to the client (OAuth 2.0 Form Post Response Mode, 2). */
export const formPostPage = (address: string, members: readonly (readonly [string, string])[]): Promise<Response> =>
  htmlPage({
    title: 'Back to the app',
    body: html`<form method="post" action="${address}">
${members.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="primary">Continue</button>
</form>`,
    script: 'document.forms[0].submit()',
    referrerPolicy: 'origin',
  })

/** The sentence that names the host of the answer. Empty if there is no address. */
export function destinationOf(address: string | undefined): Markup | '' {
  return address === undefined ? '' : html`The app will receive the answer at <code>${new URL(address).host}</code>.`
}

/** Lists each name once, with the providers where it is active. */
function scenarioList(scenarios: readonly ScenarioStatus[]): Markup {
  const descriptions = new Map(scenarios.map(({ name, description }) => [name, description]))
  const activeAt = (name: string) =>
    scenarios.filter((scenario) => scenario.name === name && scenario.active).map(({ provider }) => provider)
  return html`<dl>${[...descriptions].map(([name, description]) => {
    const providers = activeAt(name)
    return html`<dt>${name}${providers.length > 0 ? ` (on: ${providers.join(', ')})` : ''}</dt><dd>${description}</dd>`
  })}</dl>`
}

export function indexPage(
  providers: readonly EmulatedProvider[],
  personalities: { readonly names: readonly string[]; readonly hosts: readonly string[] },
  scenarios: readonly ScenarioStatus[],
): Promise<Response> {
  const hosts = [...providers.flatMap((provider) => provider.hosts), ...personalities.hosts]
  const own = new Set(providers.map(({ name }) => name))
  const linkedRoutes = [
    '/_emulator/requests',
    '/_emulator/scenarios',
    ...providers.flatMap(({ name, linkedRoutes: paths = [] }) => paths.map((path) => `/_emulator/${name}${path}`)),
  ]
  const body = html`
<h1>Provider emulator</h1>
<p>An offline stand-in for OAuth providers. No page here belongs to the real service, and nothing
that you allow here affects a real account.</p>
<h2>Hosts</h2>
<ul>${hosts.map((host) => html`<li><code>/${host}/</code> answers as <code>${host}</code></li>`)}</ul>
<h2>Control</h2>
<ul>${linkedRoutes.map((path) => html`<li><a href="${path}"><code>GET ${path}</code></a></li>`)}</ul>
<h2>Scenarios</h2>
${scenarioList(scenarios.filter(({ provider }) => own.has(provider)))}
<h2>Scenarios of each other provider</h2>
<p>${personalities.names.join(', ')}</p>
${scenarioList(scenarios.filter(({ provider }) => !own.has(provider)))}`
  return htmlPage({ title: 'Provider emulator', body })
}
