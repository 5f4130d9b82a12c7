import { LATE, untilDeadline } from '../deadline.ts'

interface Flight<T> {
  readonly result: Promise<T>
  /** When its followers stop waiting, in milliseconds since the epoch. */
  readonly deadline: number
}

/**
 * Lets concurrent callers of this isolate share one run of a task, its failure included: the leader runs the task, the
 * followers wait for the result.
 *
 * In workerd a promise of another request never settles when that request is cancelled. So a follower waits no
 * longer than `timeoutMs`, and the next caller becomes the leader.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>()
  readonly #timeoutMs: number

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  async join(key: string, task: () => Promise<T>): Promise<T> {
    for (;;) {
      const flight = this.#flights.get(key)
      if (!flight) return this.#lead(key, task)
      const result = await untilDeadline(flight.result, flight.deadline)
      if (result !== LATE) return result
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }

  async #lead(key: string, task: () => Promise<T>): Promise<T> {
    const flight = { result: task(), deadline: Date.now() + this.#timeoutMs }
    this.#flights.set(key, flight)
    try {
      return await flight.result
    } finally {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }
}
