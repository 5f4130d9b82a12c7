const MAX_REMEMBERED = 10_000

/**
 * The states of the authorization responses that this isolate has received: each state may start one token request.
 *
 * `use` is synchronous, so of equal concurrent callbacks only the first continues (RFC 9700, section 4.2.4).
 * Between isolates the cleared cookie and the provider's single-use code protect the login.
 */
export class UsedStates {
  readonly #expiry = new Map<string, number>()

  /**
   * Marks a state as used.
   *
   * @param expiresAt - when it may be forgotten, in seconds since the epoch
   * @returns whether this was the first use
   */
  use(state: string, expiresAt: number, nowSeconds: number): boolean {
    if (this.#expiry.has(state)) return false
    if (this.#expiry.size >= MAX_REMEMBERED) this.#forget(nowSeconds)
    this.#expiry.set(state, expiresAt)
    return true
  }

  #forget(nowSeconds: number): void {
    for (const [state, expiresAt] of this.#expiry) {
      if (expiresAt < nowSeconds) this.#expiry.delete(state)
    }
    const [oldest] = this.#expiry.keys()
    if (oldest !== undefined && this.#expiry.size >= MAX_REMEMBERED) this.#expiry.delete(oldest)
  }
}
