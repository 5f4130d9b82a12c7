import { describe, expect, it } from 'vitest'
import { runCell } from './run-cell.ts'

describe.each(['memory', 'kv'] as const)('a write that was done and failed: %s', (place) => {
  it('costs nobody the connection that was there before the login', async () => {
    const seen = await runCell(place, 'store write', 'partial', 'callback')
    expect(seen).toMatchObject({ after: 'works', afterEnd: 'works' })
    expect(seen.livingGrants).toBe(seen.connections)
  })
})
