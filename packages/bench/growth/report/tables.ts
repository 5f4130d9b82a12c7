import { spreadText, table } from '../../src/markdown.ts'
import type { EventName } from '../count-operations.ts'
import type { Measured, Simulated } from '../results.ts'
import { ASSUMPTIONS, argumentOf, NAMES } from '../simulation/assumptions.ts'
import { type Day, HOUR } from '../simulation/day.ts'
import { STORES } from '../stores.ts'
import { bytesOf, billOf, operationsOf, STORE_OF } from './bill.ts'
import { PLAN_DOLLARS, PRICES } from './prices.ts'

export const numberText = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 2 })

/** Words for the kinds of operations. */
const KINDS: Readonly<Record<string, string>> = {
  reads: 'reads',
  writes: 'writes',
  statements: 'statements',
  rowsRead: 'rows read',
  rowsWritten: 'rows written',
  requests: 'calls and alarms',
  alarmsSet: 'alarms set',
}
const EVENTS: readonly EventName[] = [
  'request',
  'request after a pause',
  'renewal',
  'failed renewal',
  'alarm that renews',
  'alarm that does not',
]

/** CPU time of a request, by store and number of connections. */
export function costTable({ costs }: Measured): string {
  const rows = costs.map(({ store, size, microseconds, one, many }) => [
    store,
    numberText(size),
    spreadText(one),
    spreadText(many),
    numberText(microseconds),
  ])
  return table(['store', 'connections', 'one visitor', 'many visitors', 'µs'], rows)
}

/** The bytes of a connection, and what that makes of many. */
export function storageTable(measured: Measured, { assumed }: Simulated): string {
  const rows = STORES.map((store) => {
    const bytes = bytesOf(store, measured)
    return [store, numberText(bytes), `${numberText((bytes * assumed.connections) / 1e9)} GB`]
  })
  return table(['store', 'bytes of a connection', `${numberText(assumed.connections)} connections`], rows)
}

/** What each event asks of the storage. */
export function operationsTable({ operations }: Measured): string {
  const cell = (store: (typeof STORES)[number], event: EventName) =>
    Object.entries(operations[store][event] ?? {})
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${KINDS[kind] ?? kind}: ${numberText(count)}`)
      .join(', ') || '–'
  const rows = EVENTS.map((event) => [event, ...STORES.map((store) => cell(store, event))])
  return table(['', ...STORES], rows)
}

/** An owner with many connections at one provider. */
export function ownersTable({ owners }: Measured): string {
  const rows = owners.map(({ size, bytes, request, list }) => [
    numberText(size),
    numberText(bytes),
    spreadText(request),
    spreadText(list),
  ])
  return table(['connections of one owner', 'bytes of the document', 'a request', '`/auth/connections`'], rows)
}

export function assumptionsTable({ assumed }: Simulated): string {
  const rows = NAMES.map((name) => [ASSUMPTIONS[name].about, numberText(assumed[name]), `\`--${argumentOf(name)}\``])
  return table(['assumption', 'value', 'argument'], rows)
}

const lifetimeText = ({ lifetime }: Day) =>
  lifetime === undefined ? 'no end' : `${numberText(lifetime / HOUR)} ${lifetime === HOUR ? 'hour' : 'hours'}`
const loadText = ({ mean, busiest }: Day['before']) => `${numberText(Math.round(mean))} (${numberText(busiest)})`

/** What the day came to, for tokens of each lifetime. */
export function dayTables({ days, assumed }: Simulated): string {
  const lifetimes = [...new Set(days.map(lifetimeText))]
  const end = assumed.outageHour * HOUR + assumed.outageSeconds
  const facts: readonly (readonly [string, (day: Day) => string])[] = [
    ['renewals', ({ tally }) => numberText(tally.renewals)],
    ['… a second time, by another isolate for the same page', ({ tally }) => numberText(tally.renewedAtOnce)],
    ['… a second time, because a write of KV was late', ({ tally }) => numberText(tally.renewedLate)],
    ['… by an alarm', ({ tally }) => numberText(tally.alarms.renewed)],
    ['failed renewals', ({ tally }) => numberText(tally.failed)],
    ['alarms that could not ask the provider', ({ tally }) => numberText(tally.alarms.unasked)],
    ['calls per second before the outage', ({ before }) => loadText(before)],
    ['… in the outage', ({ during }) => loadText(during)],
    ['… in the hour after', ({ after }) => loadText(after)],
    ['requests', ({ tally }) => numberText(tally.requests)],
    ['… answered with 503', ({ tally }) => numberText(tally.refused)],
    ['connections with such an answer', ({ refusedConnections }) => numberText(refusedConnections)],
    [
      'the last such answer, in seconds after the outage',
      ({ tally }) => (tally.refused ? numberText(tally.lastRefusedAt - end) : '–'),
    ],
    ['calls on their way when the outage began', ({ inFlight }) => numberText(inFlight)],
  ]
  return lifetimes
    .map((lifetime) => {
      const own = days.filter((day) => lifetimeText(day) === lifetime)
      const rows = facts.map(([about, value]) => [about, ...own.map(value)])
      return `### Tokens with ${lifetime === 'no end' ? 'no end' : `a life of ${lifetime}`}\n\n${table(['', ...own.map(({ setup }) => setup)], rows)}`
    })
    .join('\n\n')
}

/** What the day asks of the storage, in millions. */
export function storageOperationsTable({ days, assumed }: Simulated, measured: Measured): string {
  const rows = days.map((day) => {
    const operations = operationsOf(day, assumed, measured)
    const cells = Object.entries(operations).map(
      ([kind, count]) => `${KINDS[kind] ?? kind}: ${numberText(count / 1e6)}`,
    )
    return [lifetimeText(day), day.setup, cells.join(', ')]
  })
  return table(['tokens', 'store', 'millions on the day'], rows)
}

/** A month of such days, by Cloudflare's public prices. */
export function billTable({ days, assumed }: Simulated, measured: Measured): string {
  const rows = days.map((day) => {
    const { lines, total } = billOf(day, assumed, measured)
    const of = (part: RegExp) => {
      const sum = lines.filter(({ name }) => part.test(name)).reduce((whole, { dollars }) => whole + dollars, 0)
      return Math.round(sum).toLocaleString('en-US')
    }
    const calls = STORE_OF[day.setup] === 'Durable Object' ? [of(/objectRequests/), of(/objectDuration/)] : ['–', '–']
    return [
      lifetimeText(day),
      day.setup,
      of(/^worker/),
      ...calls,
      of(/Reads|RowsRead/),
      of(/Writes|RowsWritten/),
      of(/Storage/),
      `**${Math.round(total).toLocaleString('en-US')}**`,
    ]
  })
  const heads = ['Workers', 'object requests', 'object duration', 'reads', 'writes', 'storage', 'all']
  return table(['tokens', 'store', ...heads], rows)
}

export function pricesTable(): string {
  const rows = Object.values(PRICES).map(({ about, unit, included, dollars, per }) => [
    about,
    `$${dollars} for a ${unit}`,
    per === 1 ? `${numberText(included)} GB` : `${numberText(included / 1e6)} million`,
  ])
  return table(['', 'price', 'included in a month'], [['Workers Paid plan', `$${PLAN_DOLLARS} a month`, '–'], ...rows])
}
