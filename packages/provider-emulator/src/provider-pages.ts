import { html } from 'hono/html'
import { htmlPage, type Markup } from './html-page.ts'

/** A question that a provider asks its user; the answer is a form post with `decision`. */
export interface Question {
  readonly title: string
  /** Who is asked, and where the answer goes. */
  readonly about: Markup
  /** What is asked for. */
  readonly wanted: { readonly heading: string; readonly names: readonly string[] }
  /** Where the form is posted, relative to the page. */
  readonly action: string
  readonly requestId: string
  /** What the user chooses. */
  readonly fields: Markup
  /** The two buttons: the value of `decision` and its label. */
  readonly accept: readonly [string, string]
  readonly refuse: readonly [string, string]
}

/** The pages of one provider, each marked as emulated. */
export interface ProviderPages {
  /** A page with a form; it works without a script. */
  question(question: Question): Promise<Response>
  /** A page that says one thing. */
  notice(title: string, text: Markup | string, status?: number): Promise<Response>
  /** A mistake that is shown to the user and never sent to the client. */
  error(reason: string, status?: number): Promise<Response>
}

/**
 * Makes the pages of a provider.
 *
 * @param badge What stands on top of each, so that nobody takes it for the real one.
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
  const notice: ProviderPages['notice'] = (title, text, status) =>
    card(title, html`<p>${text}</p>`, status)
  return {
    question: ({ title, about, wanted, action, requestId, fields, accept, refuse }) =>
      card(
        title,
        html`<p>${about}</p>
<h2 id="wanted">${wanted.heading}</h2>
<ul aria-labelledby="wanted">${wanted.names.map((name) => html`<li><code>${name}</code></li>`)}</ul>
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
    error: (reason, status = 400) =>
      notice(status === 404 ? '404 Not Found' : '400 Bad Request', reason, status),
  }
}

/** The sentence that names where an answer goes; nothing where it goes nowhere. */
export function destinationOf(address: string | undefined): Markup | '' {
  return address === undefined
    ? ''
    : html`The answer goes to <code>${new URL(address).host}</code>.`
}
