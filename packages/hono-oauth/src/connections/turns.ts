/**
 * Lets the tasks of one key run one after the other within this isolate.
 *
 * In workerd a promise of another request never settles when that request was cancelled, so nobody
 * waits longer than `patienceMs` for the one before.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()
  readonly #patienceMs: number

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
  }

  async take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const mine = before ? this.#after(before).then(task) : task()
    const settled = mine.catch(() => undefined)
    this.#last.set(key, settled)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    }
  }

  async #after(before: Promise<unknown>): Promise<void> {
    let stopWaiting = () => {}
    const patience = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#patienceMs)
      stopWaiting = () => clearTimeout(timer)
    })
    await Promise.race([before, patience])
    stopWaiting()
  }
}
