import { expect } from 'vitest'
import type { Report } from './run-seed.ts'

// What must have happened in 200 seeds, or they would prove little: that actors met.
const MET = [
  'get: not_connected',
  'refresh: not_connected',
  'revoke: connection_unknown',
  '0 connections in the end',
  '1 connections in the end',
  '2 connections in the end',
]

/** No seed failed, and the actors got into each other's way. */
export function expectAllWell({ kind, failures, counts }: Report): void {
  const lines = failures.map(({ seed, failure }) => `SEED=${seed} KIND=${kind}: ${failure}`)
  expect([...lines, ...(failures[0]?.trace ?? [])].join('\n')).toBe('')
  for (const what of MET) expect(counts[what] ?? 0, what).toBeGreaterThan(0)
  // Most renewals end well; with none there would be no rotation to get wrong.
  expect(counts['refreshes'] ?? 0).toBeGreaterThan(100)
  if (kind !== 'kv') expect(counts['refused'] ?? 0).toBeGreaterThan(0)
  if (kind !== 'swap') return
  expect(counts['swaps lost'] ?? 0).toBeGreaterThan(50)
  expect(counts['pauses'] ?? 0).toBeGreaterThan(10)
}
