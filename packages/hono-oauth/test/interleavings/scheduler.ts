import type { Stillness } from '../rig/stillness.ts'
import type { VirtualTime } from '../rig/virtual-time.ts'

interface Waiting {
  readonly label: string
  readonly isReady: () => boolean
  readonly release: () => void
}

// A pause this short is that of a follower, which tries again; longer timers are deadlines.
const SHORT_PAUSE_MS = 2500
// How seldom such a pause ends while something else could go on: else deadlines would come too early.
const PAUSE_ODDS = 8
const MAX_STEPS = 5000

/** A run that stands still, or that an invariant stopped. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

/** Holds everything back, and lets one thing go on at a time, in an order that a seed decides. */
export function createScheduler(random: () => number, stillness: Stillness, time: VirtualTime) {
  const trace: string[] = []
  const waiting = new Set<Waiting>()

  /**
   * Waits for its turn.
   *
   * @param isReady - whether it may have it now
   */
  function pass(label: string, isReady: () => boolean = () => true): Promise<void> {
    return new Promise((resolve) => {
      waiting.add({ label, isReady, release: resolve })
      stillness.stir()
    })
  }

  /** Lets one thing after the other go on, until all of the work is done. */
  async function run(work: readonly Promise<unknown>[]): Promise<void> {
    let left = work.length
    const failures: unknown[] = []
    const landed = () => {
      left--
      stillness.stir()
    }
    for (const each of work) each.catch((error) => void failures.push(error)).then(landed)
    for (let count = 0; ; count++) {
      await stillness.rest()
      scheduler.inspect()
      if (failures.length > 0) throw failures[0]
      // Work in the background goes on to its end as well.
      if (left === 0 && waiting.size === 0 && time.untilNext() === undefined) return
      if (count > MAX_STEPS) throw new Violation(`not done after ${MAX_STEPS} steps`)
      step()
    }
  }

  function step(): void {
    // By name first: which of several came first may depend on the threads of WebCrypto.
    const ready = [...waiting].filter(({ isReady }) => isReady()).sort((one, other) => compare(one.label, other.label))
    const pauseMs = time.untilNext()
    const mayRing = pauseMs !== undefined && pauseMs <= SHORT_PAUSE_MS
    const chance = random()
    const chosen = ready[Math.floor(random() * ready.length)]
    if (!chosen || (mayRing && chance < 1 / PAUSE_ODDS)) {
      if (pauseMs === undefined) throw new Violation('nothing is left that could go on')
      trace.push(`${pauseMs} ms pass`)
      time.ringNext()
      return
    }
    waiting.delete(chosen)
    trace.push(chosen.label)
    chosen.release()
  }

  const scheduler = {
    trace,
    /** Looks at the world after every step; throws what it finds wrong. */
    inspect: (): void => undefined,
    pass,
    run,
  }
  return scheduler
}

export type Scheduler = ReturnType<typeof createScheduler>

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
