import { IsolateModel } from './isolate-model.ts'
import { LONG_AGO, type World } from './model.ts'
import type { Page } from './visits.ts'

/** Workers KV: each isolate renews for itself, and another location may still see the token before the last one. */
export class KvModel extends IsolateModel {
  readonly #issuedBefore: Int32Array
  readonly #writtenIn: Uint16Array
  readonly #visibleAt: Float64Array

  constructor(world: World) {
    super(world)
    const { connections } = world.assumed
    this.#issuedBefore = new Int32Array(connections).fill(LONG_AGO)
    this.#writtenIn = new Uint16Array(connections)
    this.#visibleAt = new Float64Array(connections)
  }

  protected override read(page: Page, requests: number): void {
    const { at, connection, location } = page
    const stored = this.issuedAt[connection] as number
    const isLate = this.#writtenIn[connection] !== location && (this.#visibleAt[connection] as number) > at
    const seen = isLate ? (this.#issuedBefore[connection] as number) : stored
    if (!this.isEnding(seen, at)) {
      this.answer(page, requests, true)
      return
    }
    const isAlive = this.isAlive(seen, at)
    const isNeedless = isLate && !this.isEnding(stored, at)
    let renewals = 0
    this.isolates.spread(location, at, (isolate, count) => {
      const isRenewed = this.renew(page, isolate, isAlive)
      if (isRenewed) {
        if (renewals > 0) this.tally.renewedAtOnce++
        else if (isNeedless) this.tally.renewedLate++
        renewals++
      }
      this.answer(page, count, isAlive || isRenewed)
    })
    if (renewals > 0) this.#write(page)
  }

  #write({ at, connection, location }: Page): void {
    this.#issuedBefore[connection] = this.issuedAt[connection] as number
    this.issuedAt[connection] = at
    this.#writtenIn[connection] = location
    this.#visibleAt[connection] = at + this.world.random() * this.world.assumed.kvLateSeconds
  }
}
