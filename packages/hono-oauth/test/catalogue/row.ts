import type { Rig } from '../rig/rig.ts'

/** One attack or fault. Leaks, redirects, safe headers and server errors are judged for every row. */
export type Row = AppliedRow | { readonly number: number; readonly title: string; readonly notApplicable: string }

interface AppliedRow {
  readonly number: number
  readonly title: string
  /** The steps, with whatever must hold beside what must always hold. */
  readonly run: (rig: Rig) => Promise<void>
  /** The statuses of 500 and more that are the right answer here. */
  readonly serverErrors: readonly number[]
}

export interface Section {
  readonly title: string
  readonly rows: readonly Row[]
}

type Steps = AppliedRow['run']

/** A row with its steps, behind the statuses of 500 and more that are right in it. */
export function row(number: number, title: string, ...rest: [Steps] | [readonly number[], Steps]): Row {
  const [serverErrors, run] = rest.length === 1 ? [[], rest[0]] : rest
  return { number, title, run, serverErrors }
}

export const isApplied = (one: Row): one is AppliedRow => 'run' in one
