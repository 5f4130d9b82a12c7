// Four actors get, refresh, revoke and log in on the connections of one owner. Every operation of the
// store and every request to the provider waits until the seed lets it go on, one at a time.
//
// To replay one seed, and see all that happened in it:
//   SEED=14 KIND=swap vitest run --config vitest.workspace.ts --project hono-oauth \
//     packages/hono-oauth/test/interleavings
import { describe, expect, it } from 'vitest'
import { KINDS } from '../engine/constants.ts'
import { expectAllWell } from './expectations.ts'
import { kindOf, playSeeds, runSeed, SEEDS } from './run-seed.ts'

const { SEED, KIND = 'swap' } = process.env

describe.runIf(SEED === undefined)('interleavings in Node', () => {
  it.each(KINDS)(`hold what they promise in ${SEEDS} seeds: %s`, async (kind) => {
    expectAllWell(await playSeeds(kind))
  })

  it.each(KINDS)('are the same whenever a seed is played: %s', async (kind) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const [first, again] = [await runSeed(kind, seed), await runSeed(kind, seed)]
      expect(again).toEqual(first)
    }
  })
})

describe.runIf(SEED !== undefined)('a seed', () => {
  it(`is replayed: SEED=${SEED} KIND=${KIND}`, async () => {
    const { failure, trace, counts } = await runSeed(kindOf(KIND), Number(SEED))
    console.log([...trace, JSON.stringify(counts)].join('\n'))
    expect(failure).toBeUndefined()
  })
})
