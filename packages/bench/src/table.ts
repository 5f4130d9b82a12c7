import { BUDGETS } from './budgets.ts'
import { BARE, CONTENDERS, HAND_WRITTEN } from './contenders.ts'
import { spreadText, table } from './markdown.ts'
import { type Cell, type Item, type Results, spreadOf } from './results.ts'
import { CALLERS } from './work.ts'

interface Column {
  readonly title: string
  readonly item: Item
  readonly base: Cell
}

const COLUMNS: readonly Column[] = [
  { title: 'login ÷ bare', item: 'login', base: [BARE, 'request'] },
  { title: 'callback ÷ hand-written', item: 'callback', base: [HAND_WRITTEN, 'callback'] },
  { title: 'whole flow ÷ hand-written', item: 'flow', base: [HAND_WRITTEN, 'flow'] },
  { title: 'request ÷ bare', item: 'request', base: [BARE, 'request'] },
  { title: 'request ÷ hand-written', item: 'request', base: [HAND_WRITTEN, 'request'] },
  { title: 'first request ÷ bare', item: 'first', base: [BARE, 'first'] },
]

/** What each contender costs, as ratios. */
export function costTable(results: Results): string {
  const rows = CONTENDERS.map((contender) => [
    contender.name,
    ...COLUMNS.map(({ item, base }) => spreadText(results.ratio([contender, item], base))),
  ])
  return table(['', ...COLUMNS.map(({ title }) => title)], rows)
}

/** What happens when a token ends while many want it. */
export function expiryTable(results: Results): string {
  const rows = CONTENDERS.filter(({ login }) => login).map((contender) => {
    const bursts = results.bursts(contender)
    return [
      contender.name,
      rangeText(bursts.map(({ refreshes }) => refreshes)),
      rangeText(bursts.map(({ living }) => living)),
      spreadText(results.ratio([contender, 'burst'], [HAND_WRITTEN, 'burst'])),
    ]
  })
  const headings = ['', 'refresh requests', 'callers with a token that works', 'CPU ÷ hand-written']
  return table(headings, rows)
}

/** What this package may cost, and whether it keeps to that. */
export function budgetTable(results: Results): string {
  const rows = BUDGETS.map(({ about, cell, base, limit }) => {
    const spread = results.ratio(cell, base)
    const verdict = spread && spread.median <= limit ? 'met' : 'not met'
    return [about, `≤ ${limit.toFixed(2)}`, spreadText(spread), verdict]
  })
  return table(['hono-oauth', 'budget', 'measured', ''], rows)
}

/** The two bases in microseconds, for scale. */
export function scaleText(results: Results): string {
  const time = (cell: Cell) => Math.round(spreadOf(results.times(cell)).median)
  return [
    `The bare route took ${time([BARE, 'request'])} µs of CPU time for each request; `,
    `the hand-written one ${time([HAND_WRITTEN, 'request'])} µs for an authorized request, `,
    `${time([HAND_WRITTEN, 'flow'])} µs for a whole flow, `,
    `and ${time([HAND_WRITTEN, 'burst'])} µs for each of ${CALLERS} callers at expiry. `,
    `A process with the bare route took ${time([BARE, 'first'])} µs until its first answer.`,
  ].join('')
}

function rangeText(numbers: readonly number[]): string {
  const low = Math.min(...numbers)
  const high = Math.max(...numbers)
  return low === high ? `${low}` : `${low}–${high}`
}
