import { html } from 'hono/html'
import type { Markup } from '../../html-page.ts'
import type { ScenarioStatus } from '../../scenarios.ts'
import { timesWords } from './active-section.ts'
import { type Panel, titleOf } from './panel.ts'
import { actionForm, options, unseen, type View, viewForm } from './view.ts'

// A longer start comes before a shorter one.
const ENDPOINTS: readonly (readonly [start: string, words: string])[] = [
  ['authorize-', 'Authorization endpoint'],
  ['installer-', 'Install page'],
  ['callback-', 'Redirect to the app'],
  ['token-endpoint-', 'Token endpoint'],
  ['token-info-', 'Token info'],
  ['token-', 'Token response'],
  ['code-', 'Code exchange'],
  ['refresh-', 'Refresh'],
  ['introspect-', 'Introspection'],
  ['revoke-', 'Revocation'],
  ['userinfo-', 'Account request'],
  ['id-token-', 'ID token'],
  ['metadata-', 'Metadata'],
  ['jwks-', 'Key set'],
]

const endpointOf = ({ name }: ScenarioStatus): string =>
  ENDPOINTS.find(([start]) => name.startsWith(start))?.[1] ?? 'API'

const scenarioItem = (view: View, { provider, name, description, active, times }: ScenarioStatus): Markup =>
  html`<li>
<p><code>${name}</code>${active ? html` <span class="badge warn">on${times === null ? '' : `, ${timesWords(times)}`}</span>` : ''}
<span class="muted">${description}</span></p>
${actionForm(
  view,
  'scenario',
  { provider, name },
  html`<div class="row" role="group" aria-label="${name}">
<button name="times" value="1">Once${unseen(name)}</button>
<button name="times" value="">Until cleared${unseen(`: ${name}`)}</button>
${active ? html`<button name="times" value="off">Off${unseen(`: ${name}, in the list`)}</button>` : ''}
</div>`,
)}</li>`

function endpointGroup(view: View, endpoint: string, scenarios: readonly ScenarioStatus[]): Markup {
  const active = scenarios.filter((scenario) => scenario.active).length
  const count = active === 0 ? `${scenarios.length}` : `${scenarios.length}, ${active} on`
  return html`<details${active > 0 ? ' open' : ''}><summary>${endpoint} <span class="muted">(${count})</span></summary>
<ul class="scenarios">${scenarios.map((scenario) => scenarioItem(view, scenario))}</ul></details>`
}

/** The scenarios of one provider, by endpoint. */
export function scenarioSection(panel: Panel, view: View): Markup {
  const all = panel.control.scenarios()
  const chosen = all.some(({ provider }) => provider === view.scenarios) ? view.scenarios : all[0]?.provider
  const own = all.filter(({ provider }) => provider === chosen)
  const endpoints = [...new Set(own.map(endpointOf))]
  return html`<section class="card" aria-labelledby="scenarios">
<h2 id="scenarios">Scenarios of ${titleOf(panel, chosen ?? '')}</h2>
${viewForm(
  view,
  'scenarios',
  'scenarios',
  html`<label for="provider">Provider</label>
<select id="provider" name="scenarios">${options(
    panel.providers.map(({ name, title }) => ({ value: name, label: title })),
    chosen,
  )}</select>
<button>Show its scenarios</button>`,
)}
${endpoints.map((endpoint) =>
  endpointGroup(
    view,
    endpoint,
    own.filter((scenario) => endpointOf(scenario) === endpoint),
  ),
)}
</section>`
}
