/** The runtime's clock and timers, which stand still until they are told to go on. */
export interface VirtualTime {
  /** In milliseconds since the epoch; the same as `Date.now()` meanwhile. */
  now(): number
  /** How far away the next timer is, in milliseconds. */
  untilNext(): number | undefined
  /** Goes on to the next timer, and lets it ring. */
  ringNext(): void
  restore(): void
}

interface Timer {
  readonly id: number
  readonly at: number
  readonly ring: () => void
}

/** Takes the place of `Date.now`, `setTimeout` and `clearTimeout` until it is restored. */
export function virtualTime(startMs: number): VirtualTime {
  const { setTimeout: realTimeout, clearTimeout: realClear } = globalThis
  const { now: realNow } = Date
  const timers = new Map<number, Timer>()
  let now = startMs
  let lastId = 0

  const next = () => [...timers.values()].sort((one, other) => one.at - other.at || one.id - other.id)[0]

  function setTimer(ring: () => void, milliseconds = 0): number {
    const id = ++lastId
    timers.set(id, { id, at: now + Math.max(0, milliseconds), ring })
    return id
  }
  globalThis.setTimeout = setTimer as unknown as typeof setTimeout
  globalThis.clearTimeout = ((id: number) => void timers.delete(id)) as typeof clearTimeout
  Date.now = () => now

  return {
    now: () => now,
    untilNext() {
      const timer = next()
      return timer && Math.max(0, timer.at - now)
    },
    ringNext() {
      const timer = next()
      if (!timer) return
      timers.delete(timer.id)
      now = Math.max(now, timer.at)
      timer.ring()
    },
    restore() {
      globalThis.setTimeout = realTimeout
      globalThis.clearTimeout = realClear
      Date.now = realNow
    },
  }
}
