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
export class Scheduler {
  readonly trace: string[] = []
  /** Looks at the world after every step; throws what it finds wrong. */
  inspect: () => void = () => undefined
  readonly #random: () => number
  readonly #stillness: Stillness
  readonly #time: VirtualTime
  readonly #waiting = new Set<Waiting>()

  constructor(random: () => number, stillness: Stillness, time: VirtualTime) {
    this.#random = random
    this.#stillness = stillness
    this.#time = time
  }

  /**
   * Waits for its turn.
   *
   * @param isReady - whether it may have it now
   */
  pass(label: string, isReady: () => boolean = () => true): Promise<void> {
    return new Promise((resolve) => {
      const waiting = { label, isReady, release: resolve }
      this.#waiting.add(waiting)
      this.#stillness.stir()
    })
  }

  /** Lets one thing after the other go on, until all of the work is done. */
  async run(work: readonly Promise<unknown>[]): Promise<void> {
    let left = work.length
    const failures: unknown[] = []
    const landed = () => {
      left--
      this.#stillness.stir()
    }
    for (const each of work) each.catch((error) => void failures.push(error)).then(landed)
    for (let step = 0; ; step++) {
      await this.#stillness.rest()
      this.inspect()
      if (failures.length > 0) throw failures[0]
      // Work in the background goes on to its end as well.
      if (left === 0 && this.#waiting.size === 0 && this.#time.untilNext() === undefined) return
      if (step > MAX_STEPS) throw new Violation(`not done after ${MAX_STEPS} steps`)
      this.#step()
    }
  }

  #step(): void {
    // By name first: which of several came first may depend on the threads of WebCrypto.
    const ready = [...this.#waiting]
      .filter(({ isReady }) => isReady())
      .sort((one, other) => compare(one.label, other.label))
    const pauseMs = this.#time.untilNext()
    const mayRing = pauseMs !== undefined && pauseMs <= SHORT_PAUSE_MS
    const chance = this.#random()
    const chosen = ready[Math.floor(this.#random() * ready.length)]
    if (!chosen || (mayRing && chance < 1 / PAUSE_ODDS)) {
      if (pauseMs === undefined) throw new Violation('nothing is left that could go on')
      this.trace.push(`${pauseMs} ms pass`)
      this.#time.ringNext()
      return
    }
    this.#waiting.delete(chosen)
    this.trace.push(chosen.label)
    chosen.release()
  }
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
