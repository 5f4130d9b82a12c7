import type { CatalogueRig } from './rig.ts'

/**
 * Holds a token request back; `hold` says whether before or after the provider has done its part.
 *
 * @returns what lets it go on, with `done` for when it is held
 */
export function gate(rig: CatalogueRig, hold: 'before' | 'after', refusal?: () => Response) {
  let open = () => {}
  let tell = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const done = new Promise<void>((resolve) => {
    tell = resolve
  })
  let isFirst = true
  rig.wire.answerToken(async (forward) => {
    if (!isFirst) return forward()
    isFirst = false
    const answer = hold === 'after' ? await forward() : undefined
    tell()
    await opened
    return refusal?.() ?? answer ?? forward()
  })
  return Object.assign(() => open(), { done })
}
