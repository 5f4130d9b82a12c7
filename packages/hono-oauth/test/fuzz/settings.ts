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
import { it } from 'vitest'

const SEEDS = [20_260_701, 1_790_000_000, -7, 424_242]

const { FUZZ_RUNS, FUZZ_SEED, FUZZ_PATH } = process.env
const RUNS = Number(FUZZ_RUNS ?? 200)

/** A test of a property that holds for all values of some kinds. */
export function fuzz<Values extends [unknown, ...unknown[]]>(
  title: string,
  kinds: { [Kind in keyof Values]: fc.Arbitrary<Values[Kind]> },
  holds: (...values: Values) => void | Promise<void>,
): void {
  it(title, async () => {
    const property = fc.asyncProperty<Values>(...kinds, async (...values) => holds(...values))
    if (FUZZ_SEED !== undefined) {
      const path = FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }
      return fc.assert(property, { seed: Number(FUZZ_SEED), numRuns: RUNS, ...path })
    }
    for (const seed of SEEDS) await fc.assert(property, { seed, numRuns: Math.ceil(RUNS / SEEDS.length) })
  })
}
