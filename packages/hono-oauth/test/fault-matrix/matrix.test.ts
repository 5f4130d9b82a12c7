import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultName, Target } from './faults.ts'
import { type Observed, OPERATIONS, type Operation, runCell } from './run-cell.ts'
import { type Cell, FAULTS, IMPOSSIBLE, ROWS, TARGETS } from './table.ts'

// The patience with an object, which is the longest there is, and a little more.
const BOUND_MS = 45_000
const AFTER = { works: 'works', reauth: '401 needs_reauth', gone: '401 not_connected' } as const

const unhandled: unknown[] = []
const note = (error: unknown) => void unhandled.push(error)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))

const CELLS = ROWS.flatMap(({ places, faults, cells, ...row }) =>
  places.flatMap((place) =>
    faults.flatMap((fault) => cells.map(([operation, cell]) => ({ ...row, place, fault, operation, cell }))),
  ),
)

describe('the fault matrix', () => {
  it.each(CELLS)('$place: $target, $fault, $operation', async (given) => {
    const { target, fault, operation, cell } = given
    const seen = await runCell(given)
    expectCell(seen, cell)
    expectDecency(seen, operation, cell)
    expect(seen.calls).toBeLessThanOrEqual(mayTryAgain(fault, target, operation) ? 3 : 1)
    expect(unhandled).toEqual([])
  })

  it('has every cell that can be', () => {
    const missing = TARGETS.flatMap((target) =>
      FAULTS.flatMap((fault) => {
        const rows = ROWS.filter((row) => row.target === target)
        const inRow = rows.some((row) => (row.faults as readonly string[]).includes(fault))
        return inRow !== `${target}: ${fault}` in IMPOSSIBLE ? [] : [`${target}: ${fault}`]
      }),
    )
    expect(missing).toEqual([])
    for (const operation of OPERATIONS) {
      expect(CELLS.some((cell) => cell.operation === operation)).toBe(true)
    }
  })
})

/** Whether an object may be called again: what failed for good would fail again, and an overload would grow. */
function mayTryAgain(fault: FaultName, target: Target, operation: Operation): boolean {
  const isRepeatable = target === 'object storage' || operation === 'refresh'
  return fault === 'retryable' && isRepeatable
}

/** What the table says. */
function expectCell(seen: Observed, cell: Cell): void {
  expect(seen).toMatchObject({ status: cell.answer, code: cell.code, outcome: cell.outcome })
  expect(seen.afterEnd).toBe(AFTER[cell.after])
  if (cell.after === 'works') expect(seen.after).toBe('works')
  if (cell.refreshes !== undefined) expect(seen.refreshesSent).toBe(cell.refreshes)
  const alive = cell.after === 'reauth' ? 0 : seen.connections
  expect(seen.livingGrants).toBe(alive + (cell.orphans ?? 0))
  // Only a provider that rotated without being heard may see a token twice.
  expect(seen.isReused).toBe(cell.after === 'reauth')
}

/** What holds of every answer, whatever is broken. */
function expectDecency(seen: Observed, operation: Operation, { session = false }: Cell): void {
  if (seen.status !== 'never') expect(seen.elapsedMs).toBeLessThanOrEqual(BOUND_MS)
  if (seen.status === 503) expect(Number(seen.retryAfter)).toBeGreaterThan(0)
  expect(seen.isTokenLive).not.toBe(false)
  expect(seen.codesSent).toBeLessThanOrEqual(operation.endsWith('callback') ? 1 : 0)
  expect(seen.refreshesSent).toBeLessThanOrEqual(3)
  expect(seen.hasSession).toBe(seen.hadSession || seen.status === 303 || session)
}
