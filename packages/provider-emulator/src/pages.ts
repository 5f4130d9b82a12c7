import { html } from 'hono/html'
import { htmlPage, type Markup } from './html-page.ts'

/** The layout of a card in the middle, with a form. */
const STYLE = `
main { max-width: 34rem; margin: 0 auto }
.card > :last-child { margin-bottom: 0 }
.badge { display: inline-block; margin: 0 0 1rem; padding: .1rem .6rem; border-radius: 1rem; color: var(--muted);
  border: 1px dashed currentColor; font-size: .85rem }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: .75rem 1rem; min-width: 0 }
legend { padding: 0 .4rem; font-weight: 600 }
label { display: block; padding: .2rem 0 }
.inner { margin-left: 1.6rem }
.buttons { display: flex; gap: .75rem; margin-top: 1.25rem }
`

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
      style: STYLE,
      body: html`<main class="card"><p class="badge">${badge}</p>
<h1>${title}</h1>
${content}</main>`,
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
    style: STYLE,
    body: html`<main><form method="post" action="${address}">
${members.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="primary">Continue</button>
</form></main>`,
    script: 'document.forms[0].submit()',
    referrerPolicy: 'origin',
  })

/** The sentence that names the host of the answer. Empty if there is no address. */
export function destinationOf(address: string | undefined): Markup | '' {
  return address === undefined ? '' : html`The app will receive the answer at <code>${new URL(address).host}</code>.`
}
