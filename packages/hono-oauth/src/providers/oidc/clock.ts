/**
 * A clock that goes on from a given time: requests take theirs, and what they bring is dated by then.
 *
 * @param now - in seconds since the epoch
 */
export function startClock(now: number): () => number {
  const startedAt = Date.now()
  return () => now + Math.ceil((Date.now() - startedAt) / 1000)
}
