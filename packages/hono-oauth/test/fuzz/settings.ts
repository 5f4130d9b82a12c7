// How much is tried, and from which seeds.
//
// Every property runs FUZZ_RUNS times (200 by default), in equal shares from each seed of the list, so that
// two runs of the suite try the same values:
//   FUZZ_RUNS=4000 vitest run --config vitest.workspace.ts --project hono-oauth --testTimeout=900000 \
//     packages/hono-oauth/test/fuzz
//
// When a property fails, fast-check prints `{ seed: 123, path: "17:2:0" }` with the smallest value it found
// to fail. That value alone comes back with
//   FUZZ_SEED=123 FUZZ_PATH=17:2:0 vitest run … -t '<the name of the test>'
// and FUZZ_SEED alone tries all values of a seed, also of one that is not in the list.
import fc from 'fast-check'

const SEEDS = [20_260_701, 1_790_000_000, -7, 424_242]

const { FUZZ_RUNS, FUZZ_SEED, FUZZ_PATH } = process.env
const RUNS = Number(FUZZ_RUNS ?? 200)

/** Tries a property as often as is set. */
export async function fuzz<Values>(property: fc.IRawProperty<Values>): Promise<void> {
  if (FUZZ_SEED !== undefined) {
    const path = FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }
    return fc.assert(property, { seed: Number(FUZZ_SEED), numRuns: RUNS, ...path })
  }
  for (const seed of SEEDS) {
    await fc.assert(property, { seed, numRuns: Math.ceil(RUNS / SEEDS.length) })
  }
}
