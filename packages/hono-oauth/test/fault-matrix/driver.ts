import type { Stillness } from '../rig/stillness.ts'
import type { VirtualTime } from '../rig/virtual-time.ts'

/** What some work came to, and how long it took on the clock of the runtime. */
export type Ended<T> =
  | (({ readonly value: T } | { readonly failure: unknown }) & { readonly elapsedMs: number })
  /** Nothing was left that could have ended it. */
  | 'never'

/** Waits for work, and lets time pass whenever nothing else is left to happen. */
export async function waitFor<T>(work: Promise<T>, stillness: Stillness, time: VirtualTime): Promise<Ended<T>> {
  const begunAt = time.now()
  let ended: Ended<T> | undefined
  function end(result: { readonly value: T } | { readonly failure: unknown }): void {
    ended = { ...result, elapsedMs: time.now() - begunAt }
    stillness.stir()
  }
  work.then(
    (value) => end({ value }),
    (failure) => end({ failure }),
  )
  for (;;) {
    await stillness.rest()
    if (ended) return ended
    if (time.untilNext() === undefined) return 'never'
    time.ringNext()
  }
}
