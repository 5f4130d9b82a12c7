import type { Counts } from './actors.ts'
import { type Outcome, runSeed } from './run-seed.ts'
import { KINDS, type Kind } from './world.ts'

/** How many seeds are played for each kind of store. */
export const SEEDS = 200

/** What became of many seeds. */
export interface Report {
  readonly kind: Kind
  readonly failures: readonly Outcome[]
  /** Everything that happened, all seeds together. */
  readonly counts: Counts
}

/** Plays seeds one after the other: they share the clock and the timers. */
export async function playSeeds(kind: Kind, seeds: readonly number[]): Promise<Report> {
  const failures: Outcome[] = []
  const counts: Counts = {}
  for (const seed of seeds) {
    const outcome = await runSeed(kind, seed)
    if (outcome.failure !== undefined) failures.push(outcome)
    for (const [what, count] of Object.entries(outcome.counts)) {
      counts[what] = (counts[what] ?? 0) + count
    }
  }
  return { kind, failures, counts }
}

/** The seeds from the first to the last. */
export function allSeeds(): number[] {
  return Array.from({ length: SEEDS }, (_, index) => index + 1)
}

/** A kind of store that a person named. */
export function kindOf(text: string): Kind {
  const kind = KINDS.find((each) => each === text)
  if (!kind) throw new Error(`${text} is none of ${KINDS.join(', ')}`)
  return kind
}

/** What to look at when seeds failed: each with what was wrong, the first with all that led there. */
export function tellFailures({ failures }: Report): string {
  const lines = failures.map(({ kind, seed, failure }) => `SEED=${seed} KIND=${kind}: ${failure}`)
  return [...lines, '', ...(failures[0]?.trace ?? [])].join('\n')
}
