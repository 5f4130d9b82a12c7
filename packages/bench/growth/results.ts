import type { OperationsOf } from './count-operations.ts'
import type { CostPlan, CostRow } from './measure-cost.ts'
import type { OwnerPlan, OwnerRow } from './measure-owner.ts'
import type { Assumptions } from './simulation/assumptions.ts'
import type { Day } from './simulation/day.ts'
import type { StoreName } from './stores.ts'

/** What `measured.json` holds: the last full run of `growth:measure`. */
export interface Measured {
  readonly command: string
  readonly plan: CostPlan
  readonly ownerPlan: OwnerPlan
  readonly cpus: number
  readonly versions: readonly string[]
  readonly operations: Readonly<Record<StoreName, OperationsOf>>
  readonly costs: readonly CostRow[]
  readonly owners: readonly OwnerRow[]
}

/** What `simulated.json` holds: the model with its own assumptions. */
export interface Simulated {
  readonly command: string
  readonly assumed: Assumptions
  readonly days: readonly Day[]
}

/** The text of a file of results, with each list of numbers on one line. */
export function fileText(results: Measured | Simulated): string {
  const text = JSON.stringify(results, undefined, 2)
  return `${text.replace(/\[[-\d.,\s]+\]/g, (numbers) => numbers.replace(/\s+/g, ''))}\n`
}
