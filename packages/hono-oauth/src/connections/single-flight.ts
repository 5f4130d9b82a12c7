import { LATE, untilDeadline } from '../deadline.ts'

interface Flight<T> {
  readonly landed: Promise<T>
  /** When those who wait for it stop waiting, in milliseconds since the epoch. */
  readonly givenUpAt: number
}

/**
 * Lets many callers of this isolate share one run of a task, its failure included.
 *
 * In workerd a promise of another request never settles when that request was cancelled: nobody waits
 * longer than `patienceMs`, and the next caller begins anew.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>()
  readonly #patienceMs: number

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
  }

  async join(key: string, task: () => Promise<T>): Promise<T> {
    for (;;) {
      const flight = this.#flights.get(key)
      if (!flight) return this.#lead(key, task)
      const result = await untilDeadline(flight.landed, flight.givenUpAt)
      if (result !== LATE) return result
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }

  async #lead(key: string, task: () => Promise<T>): Promise<T> {
    const flight = { landed: task(), givenUpAt: Date.now() + this.#patienceMs }
    this.#flights.set(key, flight)
    try {
      return await flight.landed
    } finally {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }
}
