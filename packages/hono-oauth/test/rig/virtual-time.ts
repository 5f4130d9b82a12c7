/**
 * The runtime's clock and timers, which stand still until they are told to go on. Takes the place of
 * `Date.now`, `setTimeout` and `clearTimeout` until it is restored.
 */
export function virtualTime() {
  const { setTimeout: realTimeout, clearTimeout: realClear } = globalThis
  const { now: realNow } = Date
  const timers = new Map<number, { readonly id: number; readonly at: number; readonly ring: () => void }>()
  let now = 1_790_000_000_000
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
    /** In milliseconds since the epoch; the same as `Date.now()` meanwhile. */
    now: () => now,
    /** How far away the next timer is, in milliseconds. */
    untilNext() {
      const timer = next()
      return timer && Math.max(0, timer.at - now)
    },
    /** Goes on to the next timer, and lets it ring. */
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

/** A clock that goes as that time does, and can be moved forward by seconds. */
export function movableClock(time: VirtualTime) {
  let offsetMs = 0
  return {
    now: () => time.now() + offsetMs,
    advance(seconds: number) {
      offsetMs += seconds * 1000
    },
  }
}

export type VirtualTime = ReturnType<typeof virtualTime>
