import type { Wire } from './wire.ts'

/** What is settled when the test says so. */
export function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

/**
 * Holds a token request back; `hold` says whether before or after the provider has done its part.
 *
 * @returns what lets it go on, with `done` for when it is held
 */
export function gate({ wire }: { readonly wire: Wire }, hold: 'before' | 'after', refusal?: () => Response) {
  const [opened, held] = [deferred(), deferred()]
  let isFirst = true
  wire.answerToken(async (forward) => {
    if (!isFirst) return forward()
    isFirst = false
    const answer = hold === 'after' ? await forward() : undefined
    held.resolve()
    await opened.promise
    return refusal?.() ?? answer ?? forward()
  })
  return Object.assign(opened.resolve, { done: held.promise })
}
