import { equalConstantTime, randomText } from '../crypto/encoding.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'
import { OAuthError } from '../errors.ts'

/** How long a person may take with the provider, in seconds. */
export const TRANSACTION_TTL_SECONDS = 1200

const STATE_BYTES = 32
// RFC 6265bis, section 5.6: a browser may drop a cookie whose name and value are longer.
const MAX_COOKIE_LENGTH = 4096

/** One login on its way. It rides sealed in a cookie of its own and never leaves the browser. */
export interface Transaction {
  /** `state` of the authorization request, RFC 6749 section 10.12. */
  readonly state: string
  readonly provider: string
  readonly redirectUri: string
  /** Where the browser goes in the end: a path of this app. */
  readonly returnTo: string
  /** The owner's key when the login began; `null` for a browser that had no session yet. */
  readonly ownerKey: string | null
  /** Who a browser without a session becomes; absent where the app knows its users. */
  readonly ownerId?: string | undefined
  /** The id of the session that the browser has then. */
  readonly sessionId?: string | undefined
  /** When that id was chosen, by this login or one before it, in seconds since the epoch. */
  readonly sessionSince?: number | undefined
  readonly codeVerifier?: string | undefined
  /** The scopes that were requested, if not the provider's configured ones. */
  readonly scopes?: readonly string[] | undefined
  /** The names of the login parameters that it began with. */
  readonly loginParams?: readonly string[] | undefined
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
export async function sealTransaction(
  ring: KeyRing,
  cookieName: string,
  transaction: Transaction,
): Promise<string> {
  const sealed = await seal(ring, 'transaction', cookieName, transaction)
  if (cookieName.length + sealed.length > MAX_COOKIE_LENGTH) {
    throw new OAuthError('context_too_large')
  }
  return sealed
}

/** Opens the transaction in a cookie; `undefined` when it is not one of ours. */
export async function openTransaction(
  ring: KeyRing,
  cookieName: string,
  sealed: string,
): Promise<Transaction | undefined> {
  return (await open(ring, 'transaction', cookieName, sealed)) as Transaction | undefined
}

/** Whether a response belongs to a transaction: what opened is ours, but only this ties the two. */
export function isStateOf(transaction: Transaction, state: string): boolean {
  return equalConstantTime(transaction.state, state)
}
