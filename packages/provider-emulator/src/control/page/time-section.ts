import { html } from 'hono/html'
import type { Markup } from '../../html-page.ts'
import type { Panel } from './panel.ts'
import { actionForm, type View } from './view.ts'

/** The steps of the emulator's time, in seconds. */
export const TIME_STEPS: readonly (readonly [seconds: number, label: string, words: string])[] = [
  [5 * 60, '+5 min', '5 minutes'],
  [60 * 60, '+1 h', '1 hour'],
  [4 * 60 * 60, '+4 h', '4 hours'],
  [24 * 60 * 60, '+1 day', '1 day'],
]

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [24 * 60 * 60, 'd'],
  [60 * 60, 'h'],
  [60, 'min'],
  [1, 's'],
]

/** `1 d 4 h 5 min`. */
export function durationWords(seconds: number): string {
  let rest = Math.floor(seconds)
  const parts = UNITS.flatMap(([size, name]) => {
    const count = Math.floor(rest / size)
    rest %= size
    return count === 0 ? [] : [`${count} ${name}`]
  })
  return parts.join(' ')
}

export function timeSection({ control, addedSeconds }: Panel, view: View): Markup {
  const now = new Date(control.now()).toISOString()
  const added = durationWords(addedSeconds())
  return html`<section class="card" aria-labelledby="time">
<h2 id="time">Time</h2>
<p class="clock"><time datetime="${now}"><b>${now.slice(11, 19)}</b> ${now.slice(0, 10)} UTC</time></p>
<p class="muted">${added === '' ? 'No time was added to the real clock.' : `${added} ahead of the real clock.`}
Tokens and codes expire by this time.</p>
${actionForm(
  view,
  'clock',
  {},
  html`<div class="row" role="group" aria-label="Move the time forward">${TIME_STEPS.map(
    ([seconds, label]) => html`<button name="seconds" value="${seconds}">${label}</button>`,
  )}</div>`,
)}
</section>`
}
