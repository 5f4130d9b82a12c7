import { RULES, attemptPause } from './rules.ts'

/** The circuits of isolates, as `CircuitBreaker` keeps one for the provider in each. */
export class Circuits {
  readonly #failures: Uint8Array
  readonly #openUntil: Float64Array

  constructor(isolates: number) {
    this.#failures = new Uint8Array(isolates)
    this.#openUntil = new Float64Array(isolates)
  }

  /** Until when no request may pass, or 0. */
  openUntil(isolate: number, now: number): number {
    const until = this.#openUntil[isolate] as number
    return (this.#failures[isolate] as number) >= RULES.circuitFailures && until > now ? until : 0
  }

  /** A request passes: while the circuit was open, the others still wait. */
  begin(isolate: number, now: number): void {
    if ((this.#failures[isolate] as number) >= RULES.circuitFailures)
      this.#openUntil[isolate] = now + RULES.circuitSeconds
  }

  end(isolate: number, now: number, isSuccess: boolean): void {
    if (isSuccess) {
      this.restart(isolate)
      return
    }
    this.#failures[isolate] = Math.min((this.#failures[isolate] as number) + 1, 255)
    this.#openUntil[isolate] = now + RULES.circuitSeconds
  }

  restart(isolate: number): void {
    this.#failures[isolate] = 0
  }
}

/** The token endpoint of the provider, which is down for a while, and counts its calls. */
export class Provider {
  /** Calls in each second of the day. */
  readonly calls: Uint32Array
  readonly #random: () => number
  readonly #seconds: number
  readonly #downFrom: number
  readonly #downTo: number
  /** How long the last {@link ask} took, in seconds. */
  took = 0

  constructor(
    random: () => number,
    dayLength: number,
    down: { readonly from: number; readonly to: number },
    seconds: number,
  ) {
    this.#random = random
    this.calls = new Uint32Array(dayLength)
    this.#downFrom = down.from
    this.#downTo = down.to
    this.#seconds = seconds
  }

  /**
   * One renewal, with its attempts.
   *
   * @param isolate - whose circuit counts; -1 for none
   * @returns how it ended; `unasked` while the circuit is open
   */
  ask(at: number, isolate: number, circuits: Circuits, attempts: number): 'renewed' | 'failed' | 'unasked' {
    let now = at
    for (let attempt = 1; ; attempt++) {
      const second = Math.floor(now)
      if (isolate >= 0) {
        if (circuits.openUntil(isolate, second)) return attempt === 1 ? 'unasked' : 'failed'
        circuits.begin(isolate, second)
      }
      if (second >= 0 && second < this.calls.length) (this.calls[second] as number)++
      const isDown = second >= this.#downFrom && second < this.#downTo
      if (isolate >= 0) circuits.end(isolate, second, !isDown)
      this.took = now + this.#seconds - at
      if (!isDown) return 'renewed'
      if (attempt === attempts || (isolate >= 0 && circuits.openUntil(isolate, second))) return 'failed'
      now += attemptPause(attempt, this.#random())
    }
  }
}
