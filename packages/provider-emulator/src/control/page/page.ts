import { html } from 'hono/html'
import { randomHex } from '../../encoding.ts'
import { htmlPage, type Markup } from '../../html-page.ts'
import { isOwnForm } from '../require-own-page.ts'
import { accessSection } from './access-section.ts'
import { type ActionResult, runAction, SECTIONS } from './actions.ts'
import { activeSection } from './active-section.ts'
import { addressSection } from './address-section.ts'
import type { Panel } from './panel.ts'
import { requestSection } from './request-section.ts'
import { scenarioSection } from './scenario-section.ts'
import { CONTROL_STYLE } from './style.ts'
import { timeSection } from './time-section.ts'
import { trialSection } from './trial-section.ts'
import { addressOf, readView, type View } from './view.ts'

const TITLE = 'Provider emulator'
const MAX_RESULTS = 50

/** The line at the top that says what the last click did. It has the focus, so that screen readers begin there. */
function resultLine({ text, next, section, failed }: ActionResult): Markup {
  return html`<p class="result${failed ? ' failed' : ''}" role="status" tabindex="-1" autofocus>${text}
${next === undefined ? '' : html`<a href="${next.href}">${next.label}</a>`}
<a class="back" href="#${section}">Back to ${SECTIONS[section]}</a></p>`
}

function controlPage(panel: Panel, view: View, result: ActionResult | undefined, status = 200): Promise<Response> {
  return htmlPage({
    title: result === undefined ? TITLE : `${result.text} – ${TITLE}`,
    style: CONTROL_STYLE,
    forms: 'own',
    // With no-referrer, a browser would send the origin "null" with the page's own forms.
    referrerPolicy: 'same-origin',
    status,
    body: html`<main>
<header><h1>${TITLE}</h1>
<p class="muted">An offline stand-in for OAuth providers. Nothing here affects a real account.</p></header>
${result === undefined ? '' : resultLine(result)}
<div class="columns top">${timeSection(panel, view)}${activeSection(panel, view)}</div>
${trialSection(panel, view)}
${accessSection(panel, view, result?.section === 'more')}
${requestSection(panel, view)}
${scenarioSection(panel, view)}
${addressSection(panel, view)}
</main>`,
  })
}

/** The control page for people. Its forms are sent to its own address, and the answer redirects back to it. */
export function createControlPage(panel: Panel): (request: Request, origin: string) => Promise<Response> {
  // The results are kept here and not in the address, so that no other site can put words on the page.
  const results = new Map<string, ActionResult>()

  function keep(result: ActionResult): string {
    const id = randomHex(8)
    results.set(id, result)
    const [oldest = ''] = results.keys()
    if (results.size > MAX_RESULTS) results.delete(oldest)
    return id
  }

  async function run(view: View, form: URLSearchParams): Promise<Response> {
    const result = await runAction(panel, form)
    const at = form.get('at')
    const next = at === null ? view : { ...view, at: at || undefined }
    return new Response(null, { status: 303, headers: { Location: addressOf(next, keep(result)) } })
  }

  return async (request, origin) => {
    const query = new URL(request.url).searchParams
    const view = readView(query)
    if (['GET', 'HEAD'].includes(request.method)) {
      return controlPage(panel, view, results.get(query.get('result') ?? ''))
    }
    if (request.method !== 'POST') {
      return new Response('Use GET or POST here.\n', { status: 405, headers: { Allow: 'GET, POST' } })
    }
    if (!isOwnForm(request.headers, origin)) {
      const text = 'Nothing changed. Only this page may control the emulator; programs use /_emulator.'
      return controlPage(panel, view, { text, section: 'addresses', failed: true }, 403)
    }
    return run(view, new URLSearchParams(await request.text()))
  }
}
