// Promise chains and streams settle within a turn or two; more of them cost time and find nothing.
const TURNS = 10

const CRYPTO = 'decrypt deriveBits deriveKey digest encrypt exportKey generateKey importKey sign verify'.split(' ')

/**
 * Watches the event loop, and tells when whatever was set going has come to rest. WebCrypto of Node works in
 * threads and comes back any number of turns later, so its operations are counted.
 */
export function watchStillness() {
  const { setTimeout: realTimeout } = globalThis
  const immediate = (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate
  const turn = () => new Promise<void>((resolve) => void (immediate ?? realTimeout)(() => resolve()))
  let stirred = 0
  let pending = 0

  /** Counts work that no gate holds back, until it settles. */
  function track<T>(work: Promise<T>): Promise<T> {
    pending++
    const settled = () => {
      pending--
      stirred++
    }
    work.then(settled, settled)
    return work
  }

  // Own members hide those of the prototype, and are taken away again.
  const subtle = crypto.subtle as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
  for (const name of CRYPTO) {
    const original = subtle[name]
    Object.defineProperty(subtle, name, {
      configurable: true,
      value: (...args: unknown[]) => track(original?.apply(subtle, args) as Promise<unknown>),
    })
  }

  return {
    /** Something new waits or has happened: what looked like rest was none. */
    stir() {
      stirred++
    },
    track,
    /** Resolves once nothing has stirred for a few turns of the event loop. */
    async rest() {
      let seen = stirred
      for (let quiet = 0; quiet < TURNS; quiet++) {
        await turn()
        if (pending === 0 && stirred === seen) continue
        seen = stirred
        quiet = -1
      }
    },
    restore() {
      for (const name of CRYPTO) delete subtle[name]
    },
  }
}

export type Stillness = ReturnType<typeof watchStillness>
