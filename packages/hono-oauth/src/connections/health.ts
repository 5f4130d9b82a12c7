import type { Provider } from '../providers/contract.ts'
import { type ConnectionRecord, isEnding, isOver } from './record.ts'

/** What is stored of a connection's health: the rest is a matter of the clock. */
export type StoredHealth = 'active' | 'degraded' | 'needs_reauth'

/**
 * How a connection is doing.
 *
 * - `active`: it works.
 * - `expiring`: it works, but not for long, and nothing can renew it: a new login is due.
 * - `degraded`: the last renewal failed for a reason that will pass; it is tried again.
 * - `needs_reauth`: it does not work, and only a new login helps.
 *
 * One that was disconnected is not there any more: the event `revoked` was its last.
 */
export type Health = StoredHealth | 'expiring'

/** Whether a connection can be given another access token without its owner. */
export function isRenewable(provider: Provider, record: ConnectionRecord): boolean {
  if (!provider.renew) return false
  return provider.refreshTokens === undefined || record.refreshToken !== undefined
}

/** The health of a connection at a moment, in seconds since the epoch. */
export function healthOf(provider: Provider, record: ConnectionRecord, now: number): Health {
  if (record.health === 'needs_reauth' || isRenewable(provider, record)) return record.health
  if (isOver(record, now)) return 'needs_reauth'
  return isEnding(record, now) ? 'expiring' : record.health
}

/** Whether a connection is worth a try. */
export function isWorking(health: Health): boolean {
  return health !== 'needs_reauth'
}
