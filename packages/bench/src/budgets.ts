import { BARE, HAND_WRITTEN, OVER_KV, OVER_KV_UNCACHED, OVER_OBJECT } from './contenders.ts'
import type { Cell } from './results.ts'

export interface Budget {
  readonly about: string
  readonly cell: Cell
  readonly base: Cell
  readonly limit: number
}

/** What this package may cost. Printed beside what it does cost; nothing fails. */
export const BUDGETS: readonly Budget[] = [
  {
    about: 'authorized request over KV with a read, to the hand-written one',
    cell: [OVER_KV_UNCACHED, 'request'],
    base: [HAND_WRITTEN, 'request'],
    limit: 1.15,
  },
  {
    about: 'authorized request over a Durable Object, to the hand-written one',
    cell: [OVER_OBJECT, 'request'],
    base: [HAND_WRITTEN, 'request'],
    limit: 1.1,
  },
  {
    about: 'whole flow over KV, to the hand-written one',
    cell: [OVER_KV, 'flow'],
    base: [HAND_WRITTEN, 'flow'],
    limit: 1.2,
  },
  {
    about: 'authorized request over KV within the cache bound, to the bare route',
    cell: [OVER_KV, 'request'],
    base: [BARE, 'request'],
    limit: 1.4,
  },
  {
    about: 'login, to the bare route',
    cell: [OVER_KV, 'login'],
    base: [BARE, 'request'],
    limit: 1.6,
  },
]
