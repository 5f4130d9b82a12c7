import type { Account } from '../providers/contract.ts'
import type { Health } from './health.ts'
import type { ConnectionRecord } from './record.ts'

/** What a connection looks like from outside: no secrets, times in ISO 8601. */
export interface ConnectionSummary {
  readonly id: string
  /** The provider's name in the configuration. */
  readonly provider: string
  readonly account: Account
  readonly scopes: readonly string[]
  readonly health: Health
  /** When the access token ends; `null` when the provider does not say. */
  readonly expiresAt: string | null
  readonly createdAt: string
  /** Where its owner can log in again: only there when that is needed, or soon will be. */
  readonly reauthorizeUrl?: string
}

/** What may be shown of a record. */
export function summarize(
  record: ConnectionRecord,
  health: Health,
  loginUrl: string,
): ConnectionSummary {
  const { id, provider, account, scopes, expiresAt, createdAt } = record
  const isDue = health === 'needs_reauth' || health === 'expiring'
  return {
    id,
    provider,
    account,
    scopes,
    health,
    expiresAt: expiresAt === undefined ? null : toIso(expiresAt),
    createdAt: toIso(createdAt),
    ...(isDue && { reauthorizeUrl: loginUrl }),
  }
}

function toIso(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
