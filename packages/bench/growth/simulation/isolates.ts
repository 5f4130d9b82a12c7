import { BoundedMap } from '../../../hono-oauth/src/bounded-map.ts'
import type { Assumptions } from './assumptions.ts'
import { Circuits } from './provider.ts'
import { RULES } from './rules.ts'

/** The isolates of the Worker in all locations, with what each remembers until its end. */
export class Isolates {
  readonly circuits: Circuits
  readonly #resting: BoundedMap<number>[]
  readonly #lives: Int32Array
  readonly #counts: Uint16Array
  readonly #assumed: Assumptions
  readonly #random: () => number

  constructor(assumed: Assumptions, random: () => number) {
    const count = assumed.locations * assumed.isolates
    this.#assumed = assumed
    this.#random = random
    this.circuits = new Circuits(count)
    this.#resting = Array.from({ length: count }, () => new BoundedMap<number>())
    this.#lives = new Int32Array(count)
    this.#counts = new Uint16Array(assumed.isolates)
  }

  /** Gives the requests of a page to the isolates of its location, and calls `serve` for each that gets some. */
  spread(location: number, at: number, serve: (isolate: number, requests: number) => void): void {
    const { isolates, requests } = this.#assumed
    this.#counts.fill(0)
    for (let request = 0; request < requests; request++) {
      ;(this.#counts[Math.floor(this.#random() * isolates)] as number)++
    }
    for (let index = 0; index < isolates; index++) {
      const count = this.#counts[index] as number
      if (count === 0) continue
      const isolate = location * isolates + index
      this.#restart(isolate, at)
      serve(isolate, count)
    }
  }

  /** Whether an isolate may ask the provider for a token, as `Renewals` decides it. */
  mayAsk(isolate: number, connection: number, at: number, isAlive: boolean): boolean {
    if (this.circuits.openUntil(isolate, at)) return false
    return !isAlive || (this.#resting[isolate]?.get(String(connection)) ?? 0) <= at
  }

  noteFailure(isolate: number, connection: number, at: number): void {
    this.#resting[isolate]?.set(String(connection), at + RULES.restSeconds)
  }

  /** Each isolate begins a new life at a time of its own. */
  #restart(isolate: number, at: number): void {
    const { isolateSeconds } = this.#assumed
    const life = Math.floor(at / isolateSeconds + ((isolate * 0.618) % 1))
    if (this.#lives[isolate] === life) return
    this.#lives[isolate] = life
    this.circuits.restart(isolate)
    this.#resting[isolate]?.clear()
  }
}
