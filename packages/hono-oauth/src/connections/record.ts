import type { TokenSet } from '../protocol/token-response.ts'
import type { Account, Grant } from '../providers/contract.ts'
import { Secret } from '../secret.ts'

const MAX_LIFETIME_SECONDS = 10 * 365 * 24 * 60 * 60

/** How a connection is doing: `needs_reauth` means that only a new login helps. */
export type Health = 'active' | 'needs_reauth'

/** One connection as it is stored. Times are seconds since the epoch. */
export interface ConnectionRecord {
  readonly id: string
  readonly provider: string
  readonly grantId: string
  readonly account: Account
  readonly scopes: readonly string[]
  readonly revocable: boolean
  readonly health: Health
  readonly accessToken: Secret
  readonly refreshToken?: Secret | undefined
  readonly expiresAt?: number | undefined
  readonly createdAt: number
  readonly updatedAt: number
}

/** What a connection looks like from outside: no secrets, times in ISO 8601. */
export interface ConnectionSummary {
  readonly id: string
  readonly provider: string
  readonly account: Account
  readonly scopes: readonly string[]
  readonly health: Health
  readonly expiresAt: string | null
  readonly createdAt: string
}

/** The record of a fresh grant; one that overwrites another keeps its id and its birth. */
export function createRecord(
  identity: { readonly id: string; readonly provider: string; readonly createdAt: number },
  tokens: TokenSet,
  grant: Grant,
  nowSeconds: number,
): ConnectionRecord {
  // Further ahead than any token lives, and a moment that a date can still name.
  const lifetime =
    tokens.expiresInSeconds && Math.min(tokens.expiresInSeconds, MAX_LIFETIME_SECONDS)
  return {
    id: identity.id,
    provider: identity.provider,
    grantId: grant.id,
    account: grant.account,
    scopes: grant.scopes,
    revocable: grant.revocable,
    health: 'active',
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    expiresAt: lifetime === undefined ? undefined : nowSeconds + lifetime,
    createdAt: identity.createdAt,
    updatedAt: nowSeconds,
  }
}

/** What may be shown of a record. */
export function summarize(record: ConnectionRecord): ConnectionSummary {
  const { id, provider, account, scopes, health, expiresAt, createdAt } = record
  return {
    id,
    provider,
    account,
    scopes,
    health,
    expiresAt: expiresAt === undefined ? null : toIso(expiresAt),
    createdAt: toIso(createdAt),
  }
}

/** A record as JSON to be sealed: the only place that writes tokens out. */
export function encodeRecord(record: ConnectionRecord): Record<string, unknown> {
  return {
    ...record,
    accessToken: record.accessToken.reveal(),
    refreshToken: record.refreshToken?.reveal(),
  }
}

/** The record that {@link encodeRecord} wrote. */
export function decodeRecord(json: Record<string, unknown>): ConnectionRecord {
  const { accessToken, refreshToken } = json
  return {
    ...(json as unknown as ConnectionRecord),
    accessToken: new Secret(String(accessToken)),
    refreshToken: refreshToken === undefined ? undefined : new Secret(String(refreshToken)),
  }
}

function toIso(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
