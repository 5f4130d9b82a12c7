import { seededRandom } from '../../src/shuffle.ts'
import type { Assumptions } from './assumptions.ts'
import { Calendar } from './calendar.ts'

export const DAY = 24 * 60 * 60
const HOUR = 60 * 60

/** One page of a visit: who needs the connection, when and where. */
export interface Page {
  at: number
  connection: number
  location: number
}

/**
 * The pages that visitors open, second by second. All stores get the same ones.
 *
 * @param from - the first second, before the day, which begins at 0
 */
export class Visits {
  readonly #assumed: Assumptions
  readonly #random: () => number
  readonly #calendar: Calendar
  readonly #connection: Int32Array
  readonly #left: Uint8Array
  readonly #page: Page = { at: 0, connection: 0, location: 0 }

  constructor(assumed: Assumptions, from: number) {
    this.#assumed = assumed
    this.#random = seededRandom(assumed.seed)
    const { connections, usedShare, visits, pages } = assumed
    const moments = momentsOf(assumed)
    const most = Math.ceil(connections * visits * (usedShare * 2 + 0.01)) + 100
    this.#calendar = new Calendar(most, from, DAY)
    this.#connection = new Int32Array(most)
    this.#left = new Uint8Array(most)
    let visit = 0
    for (const day of [-1, 0]) {
      for (let connection = 0; connection < connections; connection++) {
        if (this.#random() >= usedShare) continue
        for (let count = 0; count < visits; count++) {
          const at = day * DAY + (moments[Math.floor(this.#random() * moments.length)] as number)
          if (at < from) continue
          this.#connection[visit] = connection
          this.#left[visit] = pages
          this.#calendar.set(visit++, at)
        }
      }
    }
  }

  /** The next page of this second, or `undefined`. The object is the same each time. */
  next(at: number): Page | undefined {
    const visit = this.#calendar.take(at)
    if (visit < 0) return undefined
    const { locations, awayShare, pauseSeconds } = this.#assumed
    const left = (this.#left[visit] as number) - 1
    this.#left[visit] = left
    if (left > 0) this.#calendar.set(visit, at + 1 + Math.floor(-Math.log(1 - this.#random()) * pauseSeconds))
    const page = this.#page
    page.at = at
    page.connection = this.#connection[visit] as number
    const isAway = this.#random() < awayShare
    page.location = isAway ? Math.floor(this.#random() * locations) : page.connection % locations
    return page
  }
}

/** Seconds of the day: those of its busy hours stand here more often. */
function momentsOf({ peakHour, peakShare }: Assumptions): Int32Array {
  const moments: number[] = []
  let due = 0
  for (let second = 0; second < DAY; second++) {
    const angle = ((second - peakHour * HOUR) / DAY) * 2 * Math.PI
    due += 1 + peakShare * Math.cos(angle)
    while (due >= 1) {
      moments.push(second)
      due--
    }
  }
  return Int32Array.from(moments)
}
