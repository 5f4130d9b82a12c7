import type { Contender } from './contenders.ts'
import type { Burst } from './work.ts'

/** `request`: a warm authorized one; `first`: a cold one; `burst`: for each caller at expiry. */
export type Item = 'login' | 'callback' | 'flow' | 'request' | 'first' | 'burst'

/** What was measured of a contender, to be compared with what the same round measured of another. */
export type Cell = readonly [contender: Contender, item: Item]

/** Middle and quartiles of one figure over all rounds. */
export interface Spread {
  readonly low: number
  readonly median: number
  readonly high: number
}

/** Microseconds of CPU time by contender, item and round. */
export class Results {
  readonly #times = new Map<string, number[]>()
  readonly #bursts = new Map<Contender, Burst[]>()

  add([contender, item]: Cell, microseconds: number): void {
    const key = `${contender.entry} ${item}`
    this.#times.set(key, [...(this.#times.get(key) ?? []), microseconds])
  }

  addBurst(contender: Contender, burst: Burst): void {
    this.#bursts.set(contender, [...(this.#bursts.get(contender) ?? []), burst])
    this.add([contender, 'burst'], burst.perCaller)
  }

  times([contender, item]: Cell): readonly number[] {
    return this.#times.get(`${contender.entry} ${item}`) ?? []
  }

  bursts(contender: Contender): readonly Burst[] {
    return this.#bursts.get(contender) ?? []
  }

  /** How many times as much as the base, in each round; undefined when it was not measured. */
  ratio(cell: Cell, base: Cell): Spread | undefined {
    const bases = this.times(base)
    const ratios = this.times(cell).map((time, round) => time / (bases[round] ?? Number.NaN))
    return ratios.length === 0 ? undefined : spreadOf(ratios)
  }
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((one, other) => one - other)
  const at = (part: number) => {
    const position = (sorted.length - 1) * part
    const below = sorted[Math.floor(position)] ?? Number.NaN
    const above = sorted[Math.ceil(position)] ?? Number.NaN
    return below + (above - below) * (position % 1)
  }
  return { low: at(0.25), median: at(0.5), high: at(0.75) }
}
