const MAX_REMEMBERED = 10_000

/**
 * The states that this isolate has seen come back: each may start one token request, no more.
 *
 * It answers at once, so of many equal callbacks only the first goes on (RFC 9700, section 4.2.4).
 * Beyond one isolate the cleared cookie and the provider's single-use code stand guard.
 */
export class UsedStates {
  readonly #expiry = new Map<string, number>()

  /**
   * Uses a state up.
   *
   * @param expiresAt - when it may be forgotten, in seconds since the epoch
   * @returns whether this was its first use
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
