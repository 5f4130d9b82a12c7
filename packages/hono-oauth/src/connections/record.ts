import type { TokenSet } from '../protocol/token-response.ts'
import type { Account, Grant } from '../providers/contract.ts'
import { Secret } from '../secret.ts'

const MIN_MARGIN_SECONDS = 60
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
  /** How long the access token lived from its response, in seconds. */
  readonly lifetime?: number | undefined
  readonly createdAt: number
  /** When the last login ended. */
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
  return {
    id: identity.id,
    provider: identity.provider,
    grantId: grant.id,
    account: grant.account,
    scopes: grant.scopes,
    revocable: grant.revocable,
    health: 'active',
    createdAt: identity.createdAt,
    updatedAt: nowSeconds,
    ...tokenMembers(tokens, undefined, nowSeconds),
  }
}

/** A record with the tokens of a renewal (RFC 6749, section 6): what the answer leaves out stays. */
export function renewRecord(
  record: ConnectionRecord,
  tokens: TokenSet,
  nowSeconds: number,
): ConnectionRecord {
  const members = tokenMembers(tokens, record.lifetime, nowSeconds)
  const refreshToken = tokens.refreshToken ?? record.refreshToken
  return { ...record, ...members, refreshToken, health: 'active' }
}

function tokenMembers(tokens: TokenSet, lastLifetime: number | undefined, nowSeconds: number) {
  const told = tokens.expiresInSeconds ?? lastLifetime
  // Further ahead than any token lives, and a moment that a date can still name.
  const lifetime = told === undefined ? undefined : Math.min(told, MAX_LIFETIME_SECONDS)
  return {
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    lifetime,
    expiresAt: lifetime === undefined ? undefined : nowSeconds + lifetime,
  }
}

/**
 * Whether an access token is over or about to be: in its last minute or its last tenth, whichever is
 * longer, and at most in its last half.
 */
export function isEnding(record: ConnectionRecord, nowSeconds: number): boolean {
  const { expiresAt, lifetime = 0 } = record
  if (expiresAt === undefined) return false
  const margin = Math.min(Math.max(MIN_MARGIN_SECONDS, lifetime / 10), lifetime / 2)
  return expiresAt - margin <= nowSeconds
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
