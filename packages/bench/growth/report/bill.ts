import type { EventName, Operations } from '../count-operations.ts'
import type { Measured } from '../results.ts'
import type { Assumptions } from '../simulation/assumptions.ts'
import type { Day, Setup } from '../simulation/day.ts'
import { RULES } from '../simulation/rules.ts'
import type { StoreName } from '../stores.ts'
import { PLAN_DOLLARS, PRICES, type PriceName } from './prices.ts'

const DAYS = 30
const DAY_SECONDS = 24 * 60 * 60
const GB = 1e9
// What an object is billed for, whatever it uses: 128 MB.
const OBJECT_GB = 0.128

// Not measured, but read from the statements: two tries for a lease and a read; a lease after the work of another
// isolate, with its release; and the end of the row of a lease, with its two indexes.
const LEASE_WAIT: Operations = { statements: 3, rowsRead: 3, rowsWritten: 0 }
const LATE_LEASE: Operations = { statements: 4, rowsRead: 4, rowsWritten: 4 }
const LEASE_END: Operations = { rowsRead: 1, rowsWritten: 3 }

/** The storage that each store of the model stands for. */
export const STORE_OF: Readonly<Record<Setup, StoreName>> = {
  KV: 'KV',
  D1: 'D1',
  'objects alone': 'Durable Object',
  'objects that share isolates': 'Durable Object',
}

/** What a day asks of the storage, by kind: the events of the model, each with what was counted in workerd. */
export function operationsOf({ setup, lifetime, tally }: Day, assumed: Assumptions, measured: Measured): Operations {
  const counted = measured.operations[STORE_OF[setup]]
  const sum: Record<string, number> = {}
  const add = (operations: Operations, times: number) => {
    for (const [kind, count] of Object.entries(operations)) sum[kind] = (sum[kind] ?? 0) + count * times
  }
  const happens = (event: EventName, times: number) => add(counted[event] ?? {}, times)
  const { alarms, leases } = tally
  happens('renewal', tally.renewals - alarms.renewed)
  happens('failed renewal', tally.failed - alarms.failed)
  if (STORE_OF[setup] !== 'Durable Object') {
    happens('request', tally.requests + tally.looks)
    if (setup !== 'D1') return sum
    add(LEASE_WAIT, leases.waits)
    add(LATE_LEASE, leases.late)
    add(LEASE_END, tally.renewals + tally.failed)
    return sum
  }
  happens('request after a pause', tally.pages)
  happens('request', tally.requests - tally.pages + tally.looks)
  happens('alarm that renews', alarms.renewed + alarms.failed)
  // Each object wakes once a week; the alarms of an object in use with tokens that end come before.
  const idle = lifetime === undefined ? 1 : 1 - assumed.usedShare
  const weekly = (assumed.connections * idle * DAY_SECONDS) / RULES.resealSeconds
  happens('alarm that does not', alarms.unused + alarms.unasked + weekly)
  return sum
}

export interface BillLine {
  readonly name: PriceName
  /** Units in a month. */
  readonly units: number
  readonly dollars: number
}

/** The bill of a month of such days, by Cloudflare's public prices. */
export function billOf(day: Day, assumed: Assumptions, measured: Measured): { lines: BillLine[]; total: number } {
  const store = STORE_OF[day.setup]
  const { tally } = day
  const operations = operationsOf(day, assumed, measured)
  const of = (kind: string) => operations[kind] ?? 0
  const gigabytes = (assumed.connections * bytesOf(store, measured)) / GB
  const asked = tally.renewals + tally.failed
  const activeMs = of('requests') * assumed.objectMs + asked * assumed.providerMs
  const units: Record<StoreName, Partial<Record<PriceName, number>>> = {
    KV: { kvReads: of('reads'), kvWrites: of('writes'), kvStorage: gigabytes },
    D1: { d1RowsRead: of('rowsRead'), d1RowsWritten: of('rowsWritten'), d1Storage: gigabytes },
    'Durable Object': {
      objectRequests: of('requests'),
      objectDuration: (activeMs / 1000) * OBJECT_GB,
      objectRowsRead: of('rowsRead'),
      objectRowsWritten: of('rowsWritten') + of('alarmsSet'),
      objectStorage: gigabytes,
    },
  }
  const all = { workerRequests: tally.requests, workerCpu: tally.requests * assumed.cpuMs, ...units[store] }
  const lines = (Object.entries(all) as [PriceName, number][]).map(([name, perDay]): BillLine => {
    const { included, dollars, per } = PRICES[name]
    const isStock = per === 1
    const month = isStock ? perDay : perDay * DAYS
    return { name, units: month, dollars: (Math.max(0, month - included) / per) * dollars }
  })
  return { lines, total: lines.reduce((sum, { dollars }) => sum + dollars, PLAN_DOLLARS) }
}

/** What a connection takes in a store: as measured in the fullest one. */
export function bytesOf(store: StoreName, { costs }: Measured): number {
  return Math.max(...costs.filter((row) => row.store === store).map(({ bytes }) => bytes))
}
