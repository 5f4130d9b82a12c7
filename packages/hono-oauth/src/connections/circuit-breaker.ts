import { OAuthError } from '../errors.ts'

const MAX_FAILURES = 5
const PAUSE_SECONDS = 30

interface Circuit {
  readonly failures: number
  /** When the next request may go through, in seconds since the epoch. */
  readonly openUntil: number
}

/**
 * Spares a provider that is down: after five failures in a row nobody asks for half a minute, then one
 * request finds out how it is. It holds values alone, so requests may share it.
 */
export class CircuitBreaker {
  readonly #circuits = new Map<string, Circuit>()

  /**
   * What whoever would ask the provider now is told; `undefined` when nothing speaks against it.
   *
   * @param now - in seconds since the epoch
   */
  objection(provider: string, now: number): OAuthError | undefined {
    const circuit = this.#circuits.get(provider)
    if (!circuit || circuit.failures < MAX_FAILURES || circuit.openUntil <= now) return undefined
    return new OAuthError('temporarily_unavailable', {
      retryAfterSeconds: Math.ceil(circuit.openUntil - now),
      cause: new Error(`the last ${circuit.failures} requests to the provider failed`),
    })
  }

  /**
   * Lets a request to a provider through, or not.
   *
   * @throws OAuthError `temporarily_unavailable`, with the time to wait
   */
  pass(provider: string, now: number): void {
    const objection = this.objection(provider, now)
    if (objection) throw objection
    const circuit = this.#circuits.get(provider)
    if (!circuit || circuit.failures < MAX_FAILURES) return
    this.#circuits.set(provider, { ...circuit, openUntil: now + PAUSE_SECONDS })
  }

  /** Notes that the provider answered, be it with a refusal. */
  answered(provider: string): void {
    this.#circuits.delete(provider)
  }

  /** Notes that the provider did not answer, or said that it is not well. */
  failed(provider: string, now: number): void {
    const failures = (this.#circuits.get(provider)?.failures ?? 0) + 1
    this.#circuits.set(provider, { failures, openUntil: now + PAUSE_SECONDS })
  }
}
