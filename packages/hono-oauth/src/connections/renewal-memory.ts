import { randomText } from '../crypto/encoding.ts'
import type { RenewedTokens } from '../providers/contract.ts'
import { BoundedMap } from './bounded-map.ts'
import type { ConnectionRecord } from './record.ts'
import { SingleFlight } from './single-flight.ts'

/** When the provider first refused a refresh token, in seconds since the epoch. */
export interface Suspicion {
  readonly credential: string
  readonly since: number
}

/** What a renewal brought, and when it was asked for, in seconds since the epoch. */
export interface WonTokens {
  readonly tokens: RenewedTokens
  readonly askedAt: number
}

const ISOLATE_BYTES = 9

/** How long a renewal may take, and others wait for it, in milliseconds. */
export const RENEWAL_PATIENCE_MS = 20_000

/** What one isolate remembers of the renewals of connections in one store. */
export class RenewalMemory {
  readonly flights = new SingleFlight<ConnectionRecord>(RENEWAL_PATIENCE_MS)
  /** What stands before the holders of leases of this isolate. */
  readonly isolate = randomText(ISOLATE_BYTES)
  /** Those of them that are at work. */
  readonly holders = new Set<string>()
  /** Tokens that were won and could not be written: nobody else has them. By the credential they replace. */
  readonly unsaved = new BoundedMap<WonTokens>()
  /** When a failed renewal may be tried again while the old token lives, by connection. */
  readonly restingUntil = new BoundedMap<number>()
  /** By connection. */
  readonly suspicions = new BoundedMap<Suspicion>()
  /** Tokens that are known to be dead, where that cannot be written down without a risk. */
  readonly condemned = new BoundedMap<true>()
}
