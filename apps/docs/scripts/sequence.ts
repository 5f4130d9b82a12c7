// Draws a sequence diagram as SVG: text and lines alone, with a title and a description for screen readers, in the
// colours of the page.

/** One row of a diagram. */
export type Step =
  /** A message from one column to another; `dashed` for an answer. */
  | { readonly from: number; readonly to: number; readonly text: string; readonly dashed?: true }
  /** What a column does by itself; several lines. */
  | { readonly at: number; readonly note: readonly string[] }
  /** A line of text over the whole width. */
  | { readonly phase: string }

/** A sequence diagram. */
export interface Sequence {
  readonly name: string
  readonly title: string
  /** What the diagram shows, in words: a screen reader reads it in place of the picture. */
  readonly description: string
  readonly columns: readonly string[]
  readonly steps: readonly Step[]
}

const WIDTH = 760
const TOP = 58
const MESSAGE = 44
const PHASE = 40
const NOTE_LINE = 17
const NOTE_WIDTH = 190

const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const heightOf = (step: Step): number => {
  if ('phase' in step) return PHASE
  return 'note' in step ? step.note.length * NOTE_LINE + 30 : MESSAGE
}

/** The diagram as one line of HTML, for a page in Markdown. */
export function drawSequence({ name, title, description, columns, steps }: Sequence): string {
  const gap = WIDTH / columns.length
  const x = (column: number) => Math.round(gap * (column + 0.5))
  const height = TOP + steps.reduce((sum, step) => sum + heightOf(step), 0) + 12
  const parts: string[] = []
  columns.forEach((label, column) => {
    parts.push(`<line class="life" x1="${x(column)}" x2="${x(column)}" y1="42" y2="${height - 4}"/>`)
    parts.push(`<rect class="head" x="${x(column) - gap / 2 + 8}" y="6" width="${gap - 16}" height="36" rx="8"/>`)
    parts.push(`<text class="label" x="${x(column)}" y="29">${escapeText(label)}</text>`)
  })
  let y = TOP
  for (const step of steps) {
    parts.push(drawStep(step, y, x))
    y += heightOf(step)
  }
  const id = `diagram-${name}`
  return `<figure class="diagram" tabindex="0"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${escapeText(title)}</title><desc id="${id}-desc">${escapeText(description)}</desc><defs><marker id="${id}-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="tip" d="M0 0 10 5 0 10z"/></marker></defs>${parts.join('').replaceAll('#arrow', `#${id}-arrow`)}</svg></figure>`
}

function drawStep(step: Step, y: number, x: (column: number) => number): string {
  if ('phase' in step) {
    return `<line class="phase" x1="8" x2="${WIDTH - 8}" y1="${y + 6}" y2="${y + 6}"/><text class="phase-text" x="12" y="${y + 25}">${escapeText(step.phase)}</text>`
  }
  if ('note' in step) {
    const left = Math.max(4, Math.min(WIDTH - NOTE_WIDTH - 4, x(step.at) - NOTE_WIDTH / 2))
    const lines = step.note.map(
      (line, index) =>
        `<text class="note-text" x="${left + NOTE_WIDTH / 2}" y="${y + 22 + index * NOTE_LINE}">${escapeText(line)}</text>`,
    )
    return `<rect class="note" x="${left}" y="${y + 4}" width="${NOTE_WIDTH}" height="${step.note.length * NOTE_LINE + 12}" rx="6"/>${lines.join('')}`
  }
  const { from, to, text, dashed } = step
  const direction = to > from ? 1 : -1
  const middle = (x(from) + x(to)) / 2
  return `<text class="message" x="${middle}" y="${y + 16}">${escapeText(text)}</text><line class="arrow${dashed ? ' dashed' : ''}" x1="${x(from)}" x2="${x(to) - 2 * direction}" y1="${y + 25}" y2="${y + 25}" marker-end="url(#arrow)"/>`
}
