import { untilDeadline } from '../deadline.ts'

interface Turn {
  readonly settled: Promise<unknown>
  /** When the next task stops waiting, in milliseconds since the epoch. */
  readonly deadline: number
}

/**
 * Runs the tasks of one key one after the other within this isolate.
 *
 * In workerd a promise of another request never settles when that request is cancelled. So a task waits for the task
 * before it no longer than `timeoutMs`.
 */
export class Turns {
  readonly #last = new Map<string, Turn>()
  readonly #timeoutMs: number

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  async take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const previous = this.#last.get(key)
    const running = previous ? untilDeadline(previous.settled, previous.deadline).then(task) : task()
    const turn = {
      settled: running.catch(() => undefined),
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
