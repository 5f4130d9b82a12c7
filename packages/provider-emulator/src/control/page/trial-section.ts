import { html } from 'hono/html'
import type { Markup } from '../../html-page.ts'
import type { Panel } from './panel.ts'
import { TRIALS } from './trials.ts'
import { actionForm, options, type View } from './view.ts'

interface Tile {
  readonly value: string
  readonly title: string
  readonly hint: string
}

const tile = ({ value, title, hint }: Tile): Markup =>
  html`<li><button class="tile" name="trial" value="${value}"><b>${title}</b> <span class="muted">${hint}</span></button></li>`

/** The trials that a provider has of its own. Their value starts with the provider's name. */
const ownTiles = ({ providers }: Panel): readonly Tile[] =>
  providers.flatMap(({ name: provider, operations: { trials = [] } }) =>
    trials.map(({ name, title, hint }) => ({ value: `${provider} ${name}`, title, hint })),
  )

export function trialSection(panel: Panel, view: View): Markup {
  const common = TRIALS.map(({ name, title, hint }) => ({ value: name, title, hint }))
  const places = panel.providers.map(({ name, title }) => ({ value: name, label: title }))
  return html`<section class="card" aria-labelledby="try">
<h2 id="try">Try this</h2>
${actionForm(
  view,
  'try',
  {},
  html`<p class="row"><label for="at">Where</label>
<select id="at" name="at">${options([{ value: '', label: 'All providers' }, ...places], view.at)}</select></p>
<ul class="tiles">${[...common, ...ownTiles(panel)].map(tile)}</ul>`,
)}
</section>`
}
