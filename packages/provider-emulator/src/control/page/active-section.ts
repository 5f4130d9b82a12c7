import { html } from 'hono/html'
import type { Markup } from '../../html-page.ts'
import type { ScenarioStatus } from '../../scenarios.ts'
import { countOf } from '../operations.ts'
import { type Panel, titleOf } from './panel.ts'
import { actionForm, unseen, type View } from './view.ts'

/** `2 more times`. Empty for a scenario that lasts. */
export const timesWords = (times: number | null): string => (times === null ? '' : countOf(times, 'more time'))

interface Chip {
  readonly name: string
  /** Undefined for a scenario that is active wherever it exists. */
  readonly provider: string | undefined
  readonly place: string
  readonly times: string
}

/** One chip for each active scenario, or one for all providers where it is the same everywhere. */
function chipsOf(panel: Panel): readonly Chip[] {
  const all = panel.control.scenarios()
  const names = [...new Set(all.filter(({ active }) => active).map(({ name }) => name))]
  return names.flatMap((name) => {
    const same = all.filter((scenario) => scenario.name === name)
    const [first] = same
    const isEverywhere = same.length > 1 && same.every(({ active, times }) => active && times === first?.times)
    if (isEverywhere && first !== undefined) {
      return [{ name, provider: undefined, place: 'all providers', times: timesWords(first.times) }]
    }
    const chip = ({ provider, times }: ScenarioStatus): Chip => ({
      name,
      provider,
      place: titleOf(panel, provider),
      times: timesWords(times),
    })
    return same.filter(({ active }) => active).map(chip)
  })
}

const chipItem = (view: View, { name, provider, place, times }: Chip): Markup =>
  html`<li class="chip"><span><b>${place}</b> <code>${name}</code>${times === '' ? '' : html` <small>${times}</small>`}</span>
${actionForm(
  view,
  'scenario',
  { provider, name, times: 'off' },
  html`<button>Off${unseen(`: ${name} at ${place}`)}</button>`,
)}</li>`

export function activeSection(panel: Panel, view: View): Markup {
  const chips = chipsOf(panel)
  return html`<section class="card" aria-labelledby="active">
<h2 id="active">Active scenarios</h2>
${
  chips.length === 0
    ? html`<p class="muted">None. Every provider works as documented.</p>`
    : html`<ul class="chips">${chips.map((chip) => chipItem(view, chip))}</ul>
${actionForm(view, 'clear-scenarios', {}, html`<button>Turn all off</button>`)}`
}
</section>`
}
