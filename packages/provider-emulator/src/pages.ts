import { html } from 'hono/html'
import { htmlPage, type Markup } from './html-page.ts'
import { type ScopeWords, wordsOfScope } from './scope-words.ts'
import { parseWebUrl } from './urls.ts'

/** The layout of a card in the middle, with a form. */
const STYLE = `
main { max-width: 34rem; margin: 0 auto }
.card > :last-child { margin-bottom: 0 }
.badge { display: inline-block; margin: 0 0 1rem; padding: .1rem .6rem; border-radius: 1rem; color: var(--muted);
  border: 1px dashed currentColor; font-size: .85rem }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: .75rem 1rem; min-width: 0 }
legend { padding: 0 .4rem; font-weight: 600 }
label { display: block; padding: .2rem 0 .2rem 1.5rem; text-indent: -1.5rem }
.inner { margin-left: 1.6rem }
ul { margin: 0 0 1rem; padding-left: 1.25rem } li code { color: var(--muted); margin-left: .35rem }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0 1rem }
footer { max-width: 34rem; margin: 1rem auto 0; font-size: .85rem; text-align: center }
`

/** An app, and where the user finds it. */
export interface AppLink {
  readonly name: string
  readonly url: string
}

/** The app at the origin of one of its addresses. */
export function appLink(name: string, address: string | undefined): AppLink | undefined {
  const url = parseWebUrl(address ?? '')
  return url === undefined ? undefined : { name, url: `${url.origin}/` }
}

/** Where a page is shown, and for which app. */
export interface PageContext {
  /** The URL of the control page. Undefined where the emulator has no server. */
  readonly controlPage: string | undefined
  /** The app that the user came from, as far as it is known. */
  readonly app: AppLink | undefined
}

/** A provider's question to the user. The form posts the answer as `decision`. */
export interface Question {
  readonly title: string
  /** Who is signed in, where only one user can be. */
  readonly signedInAs?: string
  /** The scopes or permissions that the client requests. */
  readonly requested: { readonly names: readonly string[]; readonly words?: ScopeWords }
  /** The form's URL, relative to the page. */
  readonly action: string
  readonly requestId: string
  /** The form fields for the user's choice. */
  readonly fields: Markup
  /** The two buttons: the value of `decision` and its label. */
  readonly accept: readonly [string, string]
  readonly refuse: readonly [string, string]
  /** The address of the answer. Undefined if the answer is a page. */
  readonly destination: string | undefined
}

/** The pages of one provider, each marked as emulated. */
export interface ProviderPages {
  /** A page with a form. */
  question(question: Question): Promise<Response>
  /** A page with a message, where the way ends. It links back to the app. The script is the only one. */
  notice(title: string, text: Markup | string, status?: number, script?: string): Promise<Response>
  /** A page for an error that is shown to the user and never sent to the client. */
  error(reason: string, status?: number): Promise<Response>
}

/** Lists what the app asks for in words, each with its raw name. */
function requestedList({ names, words }: Question['requested']): Markup {
  if (names.length === 0) return html`<p>The app asks for no scopes. Its registration says what it may do.</p>`
  return html`<h2 id="requested">The app could</h2>
<ul aria-labelledby="requested">${names.map(
    (name) => html`<li>${wordsOfScope(name, words)} <code>${name}</code></li>`,
  )}</ul>`
}

/** The sentence that says where the answer goes. */
function destinationOf(address: string | undefined): Markup | '' {
  if (address === undefined) return ''
  const { host, pathname } = new URL(address)
  return html`<p class="muted">You'll return to <code>${host}${pathname}</code>.</p>`
}

/**
 * Creates the pages of a provider.
 *
 * @param badge The text above each page that says that it is not the real provider.
 *
 * @example
 * const pagesFor = providerPages('Emulated, not the real one')
 * return pagesFor({ controlPage, app }).error('The client_id is unknown.')
 */
export function providerPages(badge: string): (context: PageContext) => ProviderPages {
  return ({ controlPage, app }) => {
    const footer =
      controlPage === undefined
        ? ''
        : html`<footer><a href="${controlPage}" target="_blank" rel="noopener">Control page of the emulator<span class="hidden"> (opens a new tab)</span></a></footer>`
    const card = (title: string, content: Markup, status = 200, script?: string) =>
      htmlPage({
        title,
        style: STYLE,
        body: html`<main class="card"><p class="badge">${badge}</p>
<h1>${title}</h1>
${content}</main>
${footer}`,
        status,
        ...(script !== undefined && { script }),
      })
    const wayBack = app === undefined ? '' : html`<p><a href="${app.url}">Back to ${app.name}</a></p>`
    const notice: ProviderPages['notice'] = (title, text, status, script) =>
      card(
        title,
        html`<p>${text}</p>
${wayBack}`,
        status,
        script,
      )
    return {
      question: ({ title, signedInAs, requested, action, requestId, fields, accept, refuse, destination }) =>
        card(
          title,
          html`${signedInAs === undefined ? '' : html`<p>Signed in as ${signedInAs}.</p>`}
${requestedList(requested)}
<form method="post" action="${action}">
<input type="hidden" name="request" value="${requestId}">
${fields}
<div class="buttons">
<button class="primary" name="decision" value="${accept[0]}">${accept[1]}</button>
<button name="decision" value="${refuse[0]}">${refuse[1]}</button>
</div>
</form>
${destinationOf(destination)}`,
        ),
      notice,
      error: (reason, status = 400) => notice(status === 404 ? '404 Not Found' : '400 Bad Request', reason, status),
    }
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
