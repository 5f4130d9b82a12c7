import type { Assumptions } from './assumptions.ts'
import type { Provider } from './provider.ts'
import { marginOf } from './rules.ts'
import { Tally } from './tally.ts'
import type { Page } from './visits.ts'

// Long before the first second.
export const LONG_AGO = -(2 ** 30)

export interface World {
  readonly assumed: Assumptions
  /** The life of an access token, in seconds; `Infinity` for no end. */
  readonly lifetime: number
  readonly provider: Provider
  readonly random: () => number
  readonly from: number
}

/** The connections in one store, as hono-oauth treats them there. */
export abstract class Model {
  readonly world: World
  tally = new Tally()
  /** When the token of each connection was issued. */
  readonly issuedAt: Int32Array
  /** The connections that were refused at least once. */
  readonly refusedOnce: Uint8Array
  readonly #margin: number

  constructor(world: World) {
    this.world = world
    this.issuedAt = new Int32Array(world.assumed.connections).fill(LONG_AGO)
    this.refusedOnce = new Uint8Array(world.assumed.connections)
    this.#margin = Number.isFinite(world.lifetime) ? marginOf(world.lifetime) : 0
  }

  /** A page of a visitor: all its requests, at once. */
  use(page: Page): void {
    const { requests } = this.world.assumed
    this.tally.pages++
    this.tally.requests += requests
    this.read(page, requests)
  }

  /** What is due in a second; only objects have alarms. */
  wake(_at: number): void {}

  protected abstract read(page: Page, requests: number): void

  protected isEnding(issuedAt: number, at: number): boolean {
    return issuedAt + this.world.lifetime - this.#margin <= at
  }

  protected isAlive(issuedAt: number, at: number): boolean {
    return issuedAt + this.world.lifetime > at
  }

  protected answer(page: Page, requests: number, isServed: boolean): void {
    if (isServed) {
      this.tally.served += requests
      return
    }
    this.tally.refused += requests
    this.tally.lastRefusedAt = page.at
    this.refusedOnce[page.connection] = 1
  }
}
