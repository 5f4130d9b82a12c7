import type { TokenSet } from '../protocol/token-response.ts'
import type { Account, Details, Grant, Provider, RenewedTokens, StoredGrant } from '../providers/contract.ts'
import { Secret } from '../secret.ts'
import type { DocumentAddress } from './address.ts'

const MIN_MARGIN_SECONDS = 60
const MAX_LIFETIME_SECONDS = 10 * 365 * 24 * 60 * 60
// A token may be renewed earlier by up to this part of its margin, so tokens that were issued together are not all
// renewed together.
const MAX_JITTER = 0.5
// The longest time before the end of a refresh token in which its owner is asked to log in again, in seconds.
const MAX_NOTICE_SECONDS = 3 * 24 * 60 * 60
const MANY_REFUSALS = 5
const REFUSAL_SECONDS = 10 * 60

/** The stored part of a connection's health; the rest depends on the clock. */
export type StoredHealth = 'active' | 'degraded' | 'needs_reauth'

/**
 * How a connection is doing.
 *
 * - `active`: the connection works.
 * - `expiring`: the access token ends soon and nothing can renew it, or the refresh token ends soon: the owner should
 *   log in again.
 * - `degraded`: the last renewal failed for a temporary reason and will be tried again.
 * - `needs_reauth`: the connection does not work until the owner logs in again.
 *
 * After a disconnect there is no connection, and so no health.
 */
export type Health = StoredHealth | 'expiring'

/** One connection as it is stored. Times are seconds since the epoch. */
export interface ConnectionRecord {
  readonly id: string
  readonly provider: string
  readonly grantId: string
  /** The user of the app at the last login, for events; absent for a browser session, and in values of version 0.1. */
  readonly userId?: string | undefined
  readonly account: Account
  readonly scopes: readonly string[]
  /** The scopes that the last login requested; absent in values of version 0.1, and after a token was accepted. */
  readonly requestedScopes?: readonly string[] | undefined
  readonly details?: Details | undefined
  readonly revocable: boolean
  readonly health: StoredHealth
  readonly accessToken: Secret
  readonly refreshToken?: Secret | undefined
  /** The private key that the tokens are bound to, as a JWK; absent for bearer tokens. */
  readonly proofKey?: Secret | undefined
  /** The secret that a server has made for this app; absent for any other client. */
  readonly clientSecret?: Secret | undefined
  readonly expiresAt?: number | undefined
  /** The lifetime of the access token, in seconds. */
  readonly lifetime?: number | undefined
  /** When the refresh token ends; absent when the provider does not say. */
  readonly refreshExpiresAt?: number | undefined
  /** When the token request was sent. */
  readonly issuedAt?: number | undefined
  /** When to renew the token ahead of time, or to try again after a failure. */
  readonly renewAt?: number | undefined
  /** How many renewals have failed since the last success. */
  readonly failures?: number | undefined
  /** When the last renewal failed. */
  readonly failedAt?: number | undefined
  /** How many renewals the provider has refused in unknown words since the last success. */
  readonly refusals?: number | undefined
  /** When it first did so. */
  readonly refusedSince?: number | undefined
  readonly createdAt: number
  /** When the last login was completed. */
  readonly updatedAt: number
}

/** The record that replaces a stored value that does not open: its owner has to log in again. */
export function unreadableRecord({ provider, owner }: DocumentAddress, nowSeconds: number): ConnectionRecord {
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

/**
 * The record of a new grant.
 *
 * @param identity - that of the record that this one replaces, if any
 * @param options - `askedAt`, when the token request was sent: a lifetime that counts from then ends early, never late;
 *   `requestedScopes`, those of the login
 */
export function createRecord(
  identity: Pick<ConnectionRecord, 'id' | 'provider' | 'createdAt' | 'userId'>,
  tokens: TokenSet,
  grant: Grant,
  nowSeconds: number,
  options: {
    readonly random?: () => number
    readonly askedAt?: number
    readonly requestedScopes?: readonly string[] | undefined
  } = {},
): ConnectionRecord {
  const { random = Math.random, askedAt = nowSeconds, requestedScopes } = options
  return {
    id: identity.id,
    provider: identity.provider,
    userId: identity.userId,
    grantId: grant.id,
    account: grant.account,
    scopes: grant.scopes,
    requestedScopes,
    details: grant.details,
    revocable: grant.revocable,
    health: 'active',
    createdAt: identity.createdAt,
    updatedAt: nowSeconds,
    ...tokenMembers(tokens, undefined, askedAt, random),
    proofKey: tokens.proofKey,
    clientSecret: tokens.clientSecret,
    refreshExpiresAt: refreshEnd(tokens, askedAt),
  }
}

/** A record with the tokens of a renewal; members that the token response omits stay (RFC 6749, section 6). */
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
    // A new refresh token has an end of its own.
    refreshExpiresAt: refreshEnd(tokens, askedAt) ?? (tokens.refreshToken ? undefined : record.refreshExpiresAt),
    details: tokens.details ?? record.details,
    health: 'active',
    failures: undefined,
    failedAt: undefined,
    refusals: undefined,
    refusedSince: undefined,
  }
}

function refreshEnd({ refreshExpiresInSeconds: lifetime }: TokenSet, askedAt: number): number | undefined {
  return lifetime === undefined ? undefined : askedAt + Math.min(lifetime, MAX_LIFETIME_SECONDS)
}

/** The grant of a record, as its provider gets it. */
export function grantOf(record: ConnectionRecord): StoredGrant {
  const { grantId: id, details = {}, account, scopes, accessToken, refreshToken, proofKey, clientSecret } = record
  const { expiresAt } = record
  return { id, account, details, scopes, accessToken, refreshToken, proofKey, clientSecret, expiresAt }
}

function tokenMembers(tokens: TokenSet, lastLifetime: number | undefined, askedAt: number, random: () => number) {
  const { accessToken, refreshToken } = tokens
  const expiresIn = tokens.expiresInSeconds ?? lastLifetime
  // A `Date` must be able to hold the end.
  const lifetime = expiresIn === undefined ? undefined : Math.min(expiresIn, MAX_LIFETIME_SECONDS)
  const issued = { accessToken, refreshToken, issuedAt: askedAt, lifetime }
  if (lifetime === undefined) return { ...issued, expiresAt: undefined, renewAt: undefined }
  const expiresAt = askedAt + lifetime
  const early = marginOf(lifetime) * (1 + MAX_JITTER * random())
  return { ...issued, expiresAt, renewAt: Math.floor(expiresAt - early) }
}

/** How long before its end a token is renewed, in seconds: a minute or a tenth of the lifetime, at most half of it. */
function marginOf(lifetime: number): number {
  return Math.min(Math.max(MIN_MARGIN_SECONDS, lifetime / 10), lifetime / 2)
}

/** Whether an access token has ended or is about to end. */
export function isEnding(record: ConnectionRecord, nowSeconds: number): boolean {
  const { expiresAt, lifetime = 0 } = record
  return expiresAt !== undefined && expiresAt - marginOf(lifetime) <= nowSeconds
}

/** Whether an access token has ended. */
export function isOver({ expiresAt }: ConnectionRecord, nowSeconds: number): boolean {
  return expiresAt !== undefined && expiresAt <= nowSeconds
}

/** Whether a connection can get a new access token without a login. */
export function isRenewable(provider: Provider, record: ConnectionRecord): boolean {
  if (!provider.renew) return false
  return provider.refreshTokens === undefined || record.refreshToken !== undefined
}

/** The health of a connection at a moment, in seconds since the epoch. */
export function healthOf(provider: Provider, record: ConnectionRecord, now: number): Health {
  if (record.health === 'needs_reauth') return 'needs_reauth'
  if (isRenewable(provider, record)) {
    return record.health === 'active' && isRefreshTokenEnding(record, now) ? 'expiring' : record.health
  }
  if (isOver(record, now)) return 'needs_reauth'
  return isEnding(record, now) ? 'expiring' : record.health
}

function isRefreshTokenEnding({ refreshExpiresAt, issuedAt = 0 }: ConnectionRecord, now: number): boolean {
  if (refreshExpiresAt === undefined) return false
  return refreshExpiresAt - Math.min(MAX_NOTICE_SECONDS, (refreshExpiresAt - issuedAt) / 10) <= now
}

/** Whether a login may be the way out although the grant may be alive: the provider keeps refusing in unknown words. */
export function offersLogin(record: ConnectionRecord, now: number): boolean {
  const { refusals = 0, refusedSince = now } = record
  return refusals >= MANY_REFUSALS && refusedSince + REFUSAL_SECONDS <= now && isOver(record, now)
}

/**
 * Whether two records hold the tokens of one token response: a server may issue an access token again with another
 * refresh token or another lifetime.
 */
export function isSameToken(one: ConnectionRecord, other: ConnectionRecord): boolean {
  return (
    one.accessToken.reveal() === other.accessToken.reveal() &&
    one.refreshToken?.reveal() === other.refreshToken?.reveal() &&
    one.issuedAt === other.issuedAt
  )
}

/** The tokens that a renewal replaces, as one text. */
export function credentialOf({ refreshToken, accessToken }: ConnectionRecord): string {
  return [accessToken, ...(refreshToken ? [refreshToken] : [])].map((it) => it.reveal()).join(' ')
}

/** A record as JSON to be sealed; no other code serializes tokens. */
export function encodeRecord(record: ConnectionRecord): Record<string, unknown> {
  return {
    ...record,
    accessToken: record.accessToken.reveal(),
    refreshToken: record.refreshToken?.reveal(),
    proofKey: record.proofKey?.reveal(),
    clientSecret: record.clientSecret?.reveal(),
  }
}

/** The record that {@link encodeRecord} wrote. */
export function decodeRecord(json: Record<string, unknown>): ConnectionRecord {
  // Version 0.1 kept the lease of a renewal in here.
  const { accessToken, refreshToken, proofKey, clientSecret, lease: _, ...members } = json
  const secretOf = (text: unknown) => (text === undefined ? undefined : new Secret(String(text)))
  return {
    ...(members as unknown as ConnectionRecord),
    accessToken: new Secret(String(accessToken)),
    refreshToken: secretOf(refreshToken),
    proofKey: secretOf(proofKey),
    clientSecret: secretOf(clientSecret),
  }
}
