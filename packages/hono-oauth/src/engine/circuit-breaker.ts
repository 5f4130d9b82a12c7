import { BoundedMap } from '../bounded-map.ts'
import { isRateLimited, OAuthError } from '../errors.ts'
import { isOutage } from './retry.ts'

const MAX_FAILURES = 5
const PAUSE_SECONDS = 30

/** `openUntil` is when the next request may pass, in seconds since the epoch. */
interface Circuit {
  readonly failures: number
  readonly openUntil: number
}

/**
 * Stops requests to a server that is down: after five failures in a row the circuit is open for 30 seconds, then one
 * request may try. Outages count for the endpoint; a 429 counts for its connection, because a provider may limit each
 * account, and the requests of one person must not stop those of another. The breaker holds no promise, so requests may
 * share it.
 */
export class CircuitBreaker {
  /** By endpoint. */
  readonly #outages = new BoundedMap<Circuit>()
  /** By endpoint and connection. */
  readonly #limits = new BoundedMap<Circuit>()

  /**
   * The error to throw while a circuit is open; `undefined` while they are closed.
   *
   * @param now - in seconds since the epoch
   */
  errorWhileOpen(endpoint: string, now: number, connectionId: string): OAuthError | undefined {
    const open = this.#circuitsOf(endpoint, connectionId)
      .map(([circuits, key]) => circuits.get(key))
      .find((circuit) => circuit && circuit.failures >= MAX_FAILURES && circuit.openUntil > now)
    if (!open) return undefined
    return new OAuthError('temporarily_unavailable', {
      retryAfterSeconds: Math.ceil(open.openUntil - now),
      cause: new Error(`the last ${open.failures} requests to the provider failed`),
    })
  }

  /**
   * Makes a request unless a circuit is open, and counts its failure.
   *
   * @param endpoint - names the circuit: each endpoint has its own
   * @param now - the clock, in seconds since the epoch
   * @param connectionId - the connection that the request is for
   * @throws OAuthError `temporarily_unavailable`, with the time to wait, or the error of the request
   */
  async run<T>(endpoint: string, now: () => number, connectionId: string, request: () => Promise<T>): Promise<T> {
    const error = this.errorWhileOpen(endpoint, now(), connectionId)
    if (error) throw error
    const both = this.#circuitsOf(endpoint, connectionId)
    for (const [circuits, key] of both) {
      const { failures } = circuits.get(key) ?? { failures: 0 }
      // One request passes; the circuit stays open for the others.
      if (failures >= MAX_FAILURES) circuits.set(key, { failures, openUntil: now() + PAUSE_SECONDS })
    }
    try {
      const answer = await request()
      for (const [circuits, key] of both) circuits.delete(key)
      return answer
    } catch (error) {
      const failed = isOutage(error) && (isRateLimited(error) ? this.#limits : this.#outages)
      for (const [circuits, key] of both) {
        const failures = (circuits.get(key)?.failures ?? 0) + 1
        if (circuits === failed) circuits.set(key, { failures, openUntil: now() + PAUSE_SECONDS })
        // Any other answer, a 429 too, shows that the endpoint works.
        else circuits.delete(key)
      }
      throw error
    }
  }

  #circuitsOf(endpoint: string, connectionId: string): (readonly [Map<string, Circuit>, key: string])[] {
    return [
      [this.#outages, endpoint],
      [this.#limits, `${endpoint} ${connectionId}`],
    ]
  }
}
