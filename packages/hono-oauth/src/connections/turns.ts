import { untilDeadline } from '../deadline.ts'

interface Turn {
  readonly settled: Promise<unknown>
  /** When those behind it stop waiting for it, in milliseconds since the epoch. */
  readonly givenUpAt: number
}

/**
 * Lets the tasks of one key run one after the other within this isolate.
 *
 * In workerd a promise of another request never settles when that request was cancelled, so a task
 * that does not end within `patienceMs` of its beginning is given up by those behind it.
 */
export class Turns {
  readonly #last = new Map<string, Turn>()
  readonly #patienceMs: number

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
  }

  async take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const mine = before ? untilDeadline(before.settled, before.givenUpAt).then(task) : task()
    const turn = {
      settled: mine.catch(() => undefined),
      givenUpAt: Math.max(Date.now(), before?.givenUpAt ?? 0) + this.#patienceMs,
    }
    this.#last.set(key, turn)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key)
    }
  }
}
