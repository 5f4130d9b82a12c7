import { IsolateModel } from './isolate-model.ts'
import { RULES } from './rules.ts'
import type { Page } from './visits.ts'

/** D1: a lease lets one isolate renew, and the others wait for it. */
export class D1Model extends IsolateModel {
  protected override read(page: Page, requests: number): void {
    const { at, connection, location } = page
    const issuedAt = this.issuedAt[connection] as number
    if (!this.isEnding(issuedAt, at)) {
      this.answer(page, requests, true)
      return
    }
    const isAlive = this.isAlive(issuedAt, at)
    let isRenewed = false
    let heldFor = 0
    this.isolates.spread(location, at, (isolate, count) => {
      if (heldFor > 0) this.#wait(heldFor, isAlive)
      // After a failed isolate the next one has the lease, and asks by itself.
      if (!isRenewed && !(isAlive && heldFor > 0)) {
        isRenewed = this.renew(page, isolate, isAlive)
        heldFor = this.world.provider.took
      }
      this.answer(page, count, isAlive || isRenewed)
    })
    if (isRenewed) this.issuedAt[connection] = at
  }

  /** An isolate that finds the lease taken uses a token that lives; otherwise it asks again until the lease is free. */
  #wait(seconds: number, isAlive: boolean): void {
    this.tally.leases.waits += isAlive ? 1 : Math.ceil(seconds / RULES.pollSeconds)
    if (!isAlive) this.tally.leases.late++
  }
}
