// Draws a plot of lines as SVG, in the colour of the text around it, with a title and a description for screen readers.

export interface Line {
  readonly label: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** From and to, at each point. */
  readonly ranges?: readonly (readonly [low: number, high: number])[]
}

export interface Axis {
  readonly label: string
  readonly from: number
  readonly to: number
  /** Where the axis has marks, each with its text. */
  readonly marks: readonly (readonly [at: number, text: string])[]
  readonly isLogarithmic?: boolean
}

export interface Plot {
  readonly name: string
  readonly title: string
  /** What the plot shows, in words: a screen reader reads it in place of the picture. */
  readonly description: string
  readonly x: Axis
  readonly y: Axis
  readonly lines: readonly Line[]
  /** A part of the x axis that is shaded, and its text. */
  readonly band?: { readonly from: number; readonly to: number; readonly text: string }
}

const [WIDTH, HEIGHT] = [760, 400]
const BOX = { left: 70, right: WIDTH - 16, top: 62, bottom: HEIGHT - 52 }
// Each line differs by its colour and its dashes. The colours are readable on white and on black.
const STYLES = [
  { colour: '#3b82f6', dashes: '' },
  { colour: '#e0701a', dashes: '7 3' },
  { colour: '#15a06a', dashes: '2 3' },
  { colour: '#b25fe0', dashes: '10 3 2 3' },
] as const

const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const short = (value: number) => String(Math.round(value * 10) / 10)

function scaleOf({ from, to, isLogarithmic }: Axis, start: number, end: number): (value: number) => number {
  const measure = isLogarithmic ? Math.log10 : (value: number) => value
  return (value) => {
    const inside = Math.min(Math.max(value, from), to)
    return start + ((measure(inside) - measure(from)) / (measure(to) - measure(from))) * (end - start)
  }
}

const text = (x: number, y: number, content: string, more = '') =>
  `<text x="${short(x)}" y="${short(y)}" ${more}>${escapeText(content)}</text>`

/** The plot as one element. */
export function drawPlot({ name, title, description, x, y, lines, band }: Plot): string {
  const [toX, toY] = [scaleOf(x, BOX.left, BOX.right), scaleOf(y, BOX.bottom, BOX.top)]
  const parts: string[] = [text(BOX.left, 20, title, 'font-size="15" font-weight="600"')]
  if (band) {
    const [from, to] = [toX(band.from), toX(band.to)]
    const size = `x="${short(from)}" y="${BOX.top}" width="${short(to - from)}" height="${BOX.bottom - BOX.top}"`
    parts.push(`<rect ${size} fill="currentColor" fill-opacity="0.09" stroke="none"/>`)
    parts.push(text((from + to) / 2, BOX.top + 15, band.text, 'text-anchor="middle" fill-opacity="0.75"'))
  }
  for (const [at, mark] of y.marks) {
    const height = short(toY(at))
    parts.push(`<path d="M${BOX.left} ${height}H${BOX.right}" stroke="currentColor" stroke-opacity="0.18"/>`)
    parts.push(text(BOX.left - 8, toY(at) + 4, mark, 'text-anchor="end"'))
  }
  for (const [at, mark] of x.marks) {
    parts.push(`<path d="M${short(toX(at))} ${BOX.bottom}v5" stroke="currentColor"/>`)
    parts.push(text(toX(at), BOX.bottom + 19, mark, 'text-anchor="middle"'))
  }
  parts.push(`<path d="M${BOX.left} ${BOX.top}V${BOX.bottom}H${BOX.right}" fill="none" stroke="currentColor"/>`)
  parts.push(text((BOX.left + BOX.right) / 2, HEIGHT - 10, x.label, 'text-anchor="middle"'))
  const middle = (BOX.top + BOX.bottom) / 2
  parts.push(text(16, middle, y.label, `text-anchor="middle" transform="rotate(-90 16 ${middle})"`))
  lines.forEach((line, index) => {
    parts.push(...drawLine(line, index, toX, toY))
  })
  parts.push(...legend(lines))
  const head = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${name}-title ${name}-desc" font-family="system-ui, sans-serif" font-size="12" fill="currentColor" color="#808080"`
  return `<svg ${head}>
<title id="${name}-title">${escapeText(title)}</title>
<desc id="${name}-desc">${escapeText(description)}</desc>
${parts.join('\n')}
</svg>
`
}

type Scale = (value: number) => number

function drawLine({ points, ranges }: Line, index: number, toX: Scale, toY: Scale): string[] {
  const { colour, dashes } = STYLES[index % STYLES.length] as (typeof STYLES)[number]
  const path = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${short(toX(x))} ${short(toY(y))}`).join('')
  const drawn = [
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes || 'none'}"/>`,
  ]
  ranges?.forEach(([low, high], at) => {
    const [x] = points[at] as readonly [number, number]
    // Ranges at one place stand beside each other.
    const left = toX(x) + (index - 1) * 5
    drawn.push(`<path d="M${short(left)} ${short(toY(low))}V${short(toY(high))}" stroke="${colour}" stroke-width="2"/>`)
  })
  return drawn
}

function legend(lines: readonly Line[]): string[] {
  let left = BOX.left
  return lines.flatMap(({ label }, index) => {
    const { colour, dashes } = STYLES[index % STYLES.length] as (typeof STYLES)[number]
    const key = `<path d="M${left} 42h30" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dashes || 'none'}"/>`
    const drawn = [key, text(left + 36, 46, label)]
    left += 60 + label.length * 6.6
    return drawn
  })
}
