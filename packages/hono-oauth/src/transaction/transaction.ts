import { equalConstantTime, randomText } from '../crypto/encoding.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'
import { OAuthError } from '../errors.ts'

/** How long a login may take, in seconds. */
export const TRANSACTION_TTL_SECONDS = 1200

const STATE_BYTES = 32
// RFC 6265bis, section 5.6: a browser may drop a cookie whose name and value are longer.
const MAX_COOKIE_LENGTH = 4096
const MAX_REMEMBERED = 10_000

/** One login that has begun. Its own sealed cookie holds it; the provider gets only the `state`. */
export interface Transaction {
  /** `state` of the authorization request, RFC 6749 section 10.12. */
  readonly state: string
  readonly provider: string
  readonly redirectUri: string
  /** The page of this app to which the callback redirects. */
  readonly returnTo: string
  /** The owner's key when the login began; `null` for a browser without a session. */
  readonly ownerKey: string | null
  /** The user, where the start has proved it; then the callback need not name the user again. */
  readonly provedUser?: string | undefined
  /** The session's owner id, or a fresh one; absent where the owner is a user of the app. */
  readonly ownerId?: string | undefined
  /** A fresh session id, which opens the document after this login; absent where `ownerId` is. */
  readonly sessionId?: string | undefined
  readonly codeVerifier?: string | undefined
  /** The requested scopes, where they differ from the provider's configured scopes. */
  readonly scopes?: readonly string[] | undefined
  /** The names of the login parameters of the authorization request. */
  readonly loginParams?: readonly string[] | undefined
  /** The parameters of the login route that say which account the login is for. */
  readonly login?: Readonly<Record<string, string>> | undefined
  /** The texts that the provider found for this login, such as the issuer that its code is for. */
  readonly found?: Readonly<Record<string, string>> | undefined
  /** The app's own data. */
  readonly context?: unknown
  /** Seconds since the epoch, to the millisecond. */
  readonly expiresAt: number
}

/** A fresh `state`: 256 random bits. */
export function generateState(): string {
  return randomText(STATE_BYTES)
}

/**
 * Seals a transaction for the cookie of this name.
 *
 * @throws OAuthError `context_too_large` when a browser would not keep the cookie
 */
export async function sealTransaction(ring: KeyRing, cookieName: string, transaction: Transaction): Promise<string> {
  const sealed = await seal(ring, 'transaction', cookieName, transaction)
  if (cookieName.length + sealed.length > MAX_COOKIE_LENGTH) throw new OAuthError('context_too_large')
  return sealed
}

/** Opens the transaction in a cookie; `undefined` when the ring did not seal it for this cookie. */
export async function openTransaction(ring: KeyRing, cookieName: string, sealed: string) {
  return (await open<Transaction>(ring, 'transaction', cookieName, sealed))?.value
}

/** Whether an authorization response belongs to a transaction: the `state` proves it, the opened cookie does not. */
export function isStateOf(transaction: Transaction, state: string): boolean {
  return equalConstantTime(transaction.state, state)
}

/**
 * The states of the authorization responses that this isolate has received: each state may start one token request.
 *
 * `use` is synchronous, so of equal concurrent callbacks only the first continues (RFC 9700, section 4.2.4).
 * Between isolates the engine marks the state where the store can compare and swap; elsewhere the cleared cookie and
 * the provider's single-use code protect the login.
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
