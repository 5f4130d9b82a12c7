import type { Spread } from './results.ts'

/** The median, and in brackets the middle half; a dash for what was not measured. */
export function spreadText(spread: Spread | undefined): string {
  if (!spread) return '–'
  const { low, median, high } = spread
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`
}

/** A table of Markdown, with numbers on the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = headings.map((_, index) => (index === 0 ? '---' : '---:'))
  return [headings, rule, ...rows].map(line).join('\n')
}
