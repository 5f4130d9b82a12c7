interface Flight<T> {
  readonly landed: Promise<T>
  /** When those who wait for it stop waiting, in milliseconds since the epoch. */
  readonly givenUpAt: number
}

const GIVEN_UP = Symbol('given up')

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
      const result = await waitFor(flight)
      if (result !== GIVEN_UP) return result
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

async function waitFor<T>({ landed, givenUpAt }: Flight<T>): Promise<T | typeof GIVEN_UP> {
  let stopWaiting = () => {}
  const patience = new Promise<typeof GIVEN_UP>((resolve) => {
    const timer = setTimeout(() => resolve(GIVEN_UP), givenUpAt - Date.now())
    stopWaiting = () => clearTimeout(timer)
  })
  try {
    return await Promise.race([landed, patience])
  } finally {
    stopWaiting()
  }
}
