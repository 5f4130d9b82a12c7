import { LATE, untilDeadline } from '../deadline.ts'

// In workerd a promise of another request never settles when that request is cancelled. So nothing here waits for other
// work longer than `timeoutMs`.

/** Work that runs in this isolate. */
interface Running<T> {
  readonly result: Promise<T>
  /** When others stop waiting for it, in milliseconds since the epoch. */
  readonly deadline: number
}

/** Runs the tasks of one key one after the other within this isolate. */
export class Turns {
  readonly #last = new Map<string, Running<unknown>>()
  readonly #timeoutMs: number

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  async take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const previous = this.#last.get(key)
    const running = previous ? untilDeadline(previous.result, previous.deadline).then(task) : task()
    const turn = {
      result: running.catch(() => undefined),
      deadline: Math.max(Date.now(), previous?.deadline ?? 0) + this.#timeoutMs,
    }
    this.#last.set(key, turn)
    try {
      return await running
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key)
    }
  }
}

/**
 * Lets concurrent callers of this isolate share one run of a task, its failure included: the leader runs the task, the
 * followers wait for the result. After the deadline the next caller becomes the leader.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Running<T>>()
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
