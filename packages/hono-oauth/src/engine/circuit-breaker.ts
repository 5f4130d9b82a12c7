import { OAuthError } from '../errors.ts'
import { isOutage } from './retry.ts'

const MAX_FAILURES = 5
const PAUSE_SECONDS = 30

/**
 * Stops requests to a provider that is down: after five failures in a row the circuit is open for 30 seconds, then one
 * request may try. The breaker holds no promise, so requests may share it.
 */
export class CircuitBreaker {
  /** By endpoint; `openUntil` is when the next request may pass, in seconds since the epoch. */
  readonly #circuits = new Map<string, { readonly failures: number; readonly openUntil: number }>()

  /**
   * The error to throw while the circuit is open; `undefined` while it is closed.
   *
   * @param now - in seconds since the epoch
   */
  errorWhileOpen(endpoint: string, now: number): OAuthError | undefined {
    const circuit = this.#circuits.get(endpoint)
    if (!circuit || circuit.failures < MAX_FAILURES || circuit.openUntil <= now) return undefined
    return new OAuthError('temporarily_unavailable', {
      retryAfterSeconds: Math.ceil(circuit.openUntil - now),
      cause: new Error(`the last ${circuit.failures} requests to the provider failed`),
    })
  }

  /**
   * Makes a request unless the circuit is open, and counts its failure.
   *
   * @param endpoint - names the circuit: each endpoint has its own
   * @param now - the clock, in seconds since the epoch
   * @throws OAuthError `temporarily_unavailable`, with the time to wait, or the error of the request
   */
  async run<T>(endpoint: string, now: () => number, request: () => Promise<T>): Promise<T> {
    const error = this.errorWhileOpen(endpoint, now())
    if (error) throw error
    const failures = this.#circuits.get(endpoint)?.failures ?? 0
    // One request passes; the circuit stays open for the others.
    if (failures >= MAX_FAILURES) this.#open(endpoint, failures, now())
    try {
      const answer = await request()
      this.#circuits.delete(endpoint)
      return answer
    } catch (error) {
      // An error response shows that the endpoint works.
      if (!isOutage(error)) this.#circuits.delete(endpoint)
      else this.#open(endpoint, (this.#circuits.get(endpoint)?.failures ?? 0) + 1, now())
      throw error
    }
  }

  #open(endpoint: string, failures: number, now: number): void {
    this.#circuits.set(endpoint, { failures, openUntil: now + PAUSE_SECONDS })
  }
}
