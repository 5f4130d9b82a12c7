import type { Account, Details, RevocationOutcome } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'
import { type ConnectionRecord, type Health, offersLogin } from '../vault/record.ts'

/** One connection: what it is, and how to call its provider. */
export interface Connection<A extends Account = Account, D extends Details = Details> {
  /** The id of this connection, in storage and in routes. */
  readonly id: string
  /** The provider's name in the configuration. */
  readonly provider: string
  /** The account that the grant acts for. */
  readonly account: A
  /** The granted scopes. */
  readonly scopes: readonly string[]
  /** The scopes that the last login requested. */
  readonly requestedScopes: readonly string[]
  /** The texts that the provider's description keeps of this connection; in no JSON of this package. */
  readonly details: D
  readonly health: Health
  /** Where its owner can log in again; only present when a new login is needed or soon will be. */
  readonly reauthorizeUrl?: string | undefined

  /**
   * The access token, for a client library of the provider.
   *
   * @param options - `renew` for another token than the present one, which the provider has refused
   * @returns a {@link Secret}; `reveal()` is the way to its text
   * @throws OAuthError `needs_reauth` when the connection no longer works, `temporarily_unavailable`
   *   (503, with the seconds to wait) when the token has ended and the provider cannot renew it now
   * @example
   * ```ts
   * const token = await c.var.connection.accessToken()
   * const client = new WebflowClient({ accessToken: token.reveal() })
   * ```
   */
  accessToken(options?: { readonly renew?: boolean }): Promise<Secret>

  /**
   * Calls the provider's API with the access token.
   *
   * It is a `fetch`, so that a client library of the provider can take it as its own.
   *
   * @param input - a path such as `/v2/sites`, an absolute URL on one of the provider's hosts, or a `Request` to it
   * @param init - as for `fetch`; a redirect is returned, not followed
   * @returns the answer, without the headers that are meant for the provider's own visitors and caches
   *   (cookies, `cache-control`, CORS, security policies)
   * @throws OAuthError `needs_reauth` when the provider says that the token is dead, `insufficient_scope` when a
   *   new consent would help, `access_forbidden` when it would not, `destination_forbidden` for an absolute
   *   URL at a foreign host, `path_forbidden` for a path that leads to one,
   *   `provider_unavailable` when there is no answer, `temporarily_unavailable` as above
   * @example
   * ```ts
   * const sites = await c.var.connection.fetch('/v2/sites')
   * ```
   */
  readonly fetch: typeof fetch

  /**
   * Ends the connection: our copy at once, then the grant at the provider.
   *
   * @returns `revoked`; `pending` when the provider did not answer and will be asked again; `deleted_only` when the
   *   provider does not revoke
   * @throws OAuthError `store_unavailable` when our copy could not be deleted
   * @example
   * ```ts
   * const outcome = await c.var.connection.revoke() // 'revoked', 'pending' or 'deleted_only'
   * ```
   */
  revoke(): Promise<RevocationOutcome>

  /** The summary, which `JSON.stringify` uses. */
  toJSON(): ConnectionSummary
}

/** The public part of a connection: no secrets, times in ISO 8601. */
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
  /** Where its owner can log in again; only present when a new login is needed or soon will be. */
  readonly reauthorizeUrl?: string
}

/**
 * The public part of a record.
 *
 * @param now - in seconds since the epoch
 */
export function summarize(record: ConnectionRecord, health: Health, loginUrl: string, now: number): ConnectionSummary {
  const { id, provider, account, scopes, expiresAt, createdAt } = record
  const isDue = health === 'needs_reauth' || health === 'expiring' || offersLogin(record, now)
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
