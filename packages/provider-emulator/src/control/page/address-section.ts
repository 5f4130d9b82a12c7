import { html } from 'hono/html'
import type { Markup } from '../../html-page.ts'
import type { Panel } from './panel.ts'
import { actionForm, type View } from './view.ts'

/** The addresses of providers and control routes, and the reset. */
export function addressSection({ hosts, linkedRoutes }: Panel, view: View): Markup {
  return html`<section class="card" aria-labelledby="addresses">
<h2 id="addresses">Addresses</h2>
<details><summary>${hosts.length} hosts that this server answers for</summary>
<ul class="names">${hosts.map((host) => html`<li><code>/${host}/</code></li>`)}</ul></details>
<details><summary>Control for programs</summary>
<ul class="names">${linkedRoutes.map((path) => html`<li><a href="${path}"><code>GET ${path}</code></a></li>`)}</ul></details>
${actionForm(
  view,
  'reset',
  {},
  html`<p class="row"><button>Reset everything</button>
<span class="muted">Removes grants, installations, scenarios, requests and the added time.</span></p>`,
)}
</section>`
}
