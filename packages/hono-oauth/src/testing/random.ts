/**
 * Makes a random number generator for tests: the same seed gives the same numbers in every runtime.
 *
 * @param seed - a whole number; its lowest 32 bits count
 * @returns a function that returns the next number: at least 0 and less than 1
 * @example
 * ```ts
 * const random = seededRandom(42)
 * const seconds = Math.floor(random() * 60)
 * ```
 */
export function seededRandom(seed: number): () => number {
  // Mulberry32, which is predictable: never use it for secrets.
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
