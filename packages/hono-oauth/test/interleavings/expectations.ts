import { expect } from 'vitest'
import { type Report, tellFailures } from './seeds.ts'

// What must have happened in 200 seeds, or they would prove little: that actors met.
const MET = [
  'get: not_connected',
  'refresh: not_connected',
  'revoke: connection_unknown',
  'refused',
  '0 connections in the end',
  '1 connections in the end',
  '2 connections in the end',
]

/** No seed failed, and the actors got into each other's way. */
export function expectAllWell(report: Report): void {
  expect(tellFailures(report).trim()).toBe('')
  for (const what of MET) expect(report.counts[what] ?? 0, what).toBeGreaterThan(0)
  // Most renewals are somebody's success; with none there would be no rotation to get wrong.
  expect(report.counts['refreshes'] ?? 0).toBeGreaterThan(100)
  if (report.kind === 'swap') {
    expect(report.counts['swaps lost'] ?? 0).toBeGreaterThan(50)
    expect(report.counts['pauses'] ?? 0).toBeGreaterThan(10)
  }
}
