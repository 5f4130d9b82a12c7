import type { TokenSet } from '../protocol/token-response.ts'
import type { Account, Grant, RenewedTokens } from '../providers/contract.ts'
import { Secret } from '../secret.ts'
import type { StoredHealth } from './health.ts'

const MIN_MARGIN_SECONDS = 60
const MAX_LIFETIME_SECONDS = 10 * 365 * 24 * 60 * 60
// How much sooner than it must a token may be renewed, as a part of its margin: so that those which
// were issued together are not renewed together.
const MAX_JITTER = 0.5

/** Who is renewing an access token just now. Written before the provider is asked. */
export interface Lease {
  readonly holder: string
  /** When others may take over, in seconds since the epoch. */
  readonly until: number
}

/** One connection as it is stored. Times are seconds since the epoch. */
export interface ConnectionRecord {
  readonly id: string
  readonly provider: string
  readonly grantId: string
  readonly account: Account
  readonly scopes: readonly string[]
  readonly revocable: boolean
  readonly health: StoredHealth
  readonly accessToken: Secret
  readonly refreshToken?: Secret | undefined
  readonly expiresAt?: number | undefined
  /** How long the access token lived from its response, in seconds. */
  readonly lifetime?: number | undefined
  /** When the access token was asked for. */
  readonly issuedAt?: number | undefined
  /** When to renew it ahead of time, or to try again. */
  readonly renewAt?: number | undefined
  /** How many renewals have failed since the last that did not. */
  readonly failures?: number | undefined
  /** When the last of them was. */
  readonly failedAt?: number | undefined
  readonly lease?: Lease | undefined
  readonly createdAt: number
  /** When the last login ended. */
  readonly updatedAt: number
}

/** How tokens came to be. */
export interface IssueOptions {
  readonly random?: (() => number) | undefined
  /**
   * When they were asked for, if that was not just now: their life began some time after that, and what
   * is taken to end too early does no harm.
   */
  readonly askedAt?: number | undefined
}

/**
 * What stands for the connections in a stored value that does not open: nobody knows what they were, but
 * their owner has to log in again.
 */
export function unreadableRecord(
  provider: string,
  owner: { readonly key: string },
  nowSeconds: number,
): ConnectionRecord {
  return {
    id: `${provider}.${owner.key}.unreadable`,
    provider,
    grantId: '',
    account: { id: 'unknown', name: null },
    scopes: [],
    revocable: false,
    health: 'needs_reauth',
    accessToken: new Secret(''),
    createdAt: nowSeconds,
    updatedAt: nowSeconds,
  }
}

/** The record of a fresh grant; one that overwrites another keeps its id and its birth. */
export function createRecord(
  identity: { readonly id: string; readonly provider: string; readonly createdAt: number },
  tokens: TokenSet,
  grant: Grant,
  nowSeconds: number,
  { random = Math.random, askedAt = nowSeconds }: IssueOptions = {},
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
    ...tokenMembers(tokens, undefined, askedAt, random),
  }
}

/** A record with the tokens of a renewal (RFC 6749, section 6): what the answer leaves out stays. */
export function renewRecord(
  record: ConnectionRecord,
  tokens: RenewedTokens,
  askedAt: number,
  random: () => number = Math.random,
): ConnectionRecord {
  return {
    ...record,
    scopes: tokens.scopes ?? record.scopes,
    ...tokenMembers(tokens, record.lifetime, askedAt, random),
    refreshToken: tokens.refreshToken ?? record.refreshToken,
    health: 'active',
    failures: undefined,
    failedAt: undefined,
    lease: undefined,
  }
}

function tokenMembers(
  tokens: TokenSet,
  lastLifetime: number | undefined,
  askedAt: number,
  random: () => number,
) {
  const { accessToken, refreshToken } = tokens
  const told = tokens.expiresInSeconds ?? lastLifetime
  // No further ahead than any token lives: a moment that a date can still name.
  const lifetime = told === undefined ? undefined : Math.min(told, MAX_LIFETIME_SECONDS)
  const issued = { accessToken, refreshToken, issuedAt: askedAt, lifetime }
  if (lifetime === undefined) return { ...issued, expiresAt: undefined, renewAt: undefined }
  const expiresAt = askedAt + lifetime
  const early = marginOf(lifetime) * (1 + MAX_JITTER * random())
  return { ...issued, expiresAt, renewAt: Math.floor(expiresAt - early) }
}

/** The last minute of a life or its last tenth, whichever is longer, and at most its last half. */
function marginOf(lifetime: number): number {
  return Math.min(Math.max(MIN_MARGIN_SECONDS, lifetime / 10), lifetime / 2)
}

/** Whether an access token is over or about to be. */
export function isEnding(record: ConnectionRecord, nowSeconds: number): boolean {
  const { expiresAt, lifetime = 0 } = record
  return expiresAt !== undefined && expiresAt - marginOf(lifetime) <= nowSeconds
}

/** Whether an access token is over. */
export function isOver({ expiresAt }: ConnectionRecord, nowSeconds: number): boolean {
  return expiresAt !== undefined && expiresAt <= nowSeconds
}

/**
 * Whether two records hold the same tokens of the same answer: a server may give an access token again
 * with another refresh token, or for another while.
 */
export function isSameToken(one: ConnectionRecord, other: ConnectionRecord): boolean {
  return (
    one.accessToken.reveal() === other.accessToken.reveal() &&
    one.refreshToken?.reveal() === other.refreshToken?.reveal() &&
    one.issuedAt === other.issuedAt
  )
}

/** What a renewal uses up and replaces. */
export function credentialOf({ refreshToken, accessToken }: ConnectionRecord): string {
  return [accessToken, ...(refreshToken ? [refreshToken] : [])].map((it) => it.reveal()).join(' ')
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
