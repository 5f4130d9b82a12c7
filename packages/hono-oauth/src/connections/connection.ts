import type { Account, RevocationOutcome } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'
import type { Health } from './health.ts'
import type { ConnectionSummary } from './summary.ts'

/** A connection to call the provider with. */
export interface Connection<A extends Account = Account> {
  /** Names this connection among all of its owner's. */
  readonly id: string
  /** The provider's name in the configuration. */
  readonly provider: string
  /** Whom or what the grant acts for. */
  readonly account: A
  /** The granted scopes. */
  readonly scopes: readonly string[]
  readonly health: Health
  /** Where its owner can log in again: only there when that is needed, or soon will be. */
  readonly reauthorizeUrl?: string | undefined

  /**
   * The access token, for a client library of the provider.
   *
   * @returns a {@link Secret}; `reveal()` is the way to its text
   * @throws OAuthError `needs_reauth` when the connection no longer works, `temporarily_unavailable`
   *   (503, with the seconds to wait) when the token is over and the provider cannot renew it now
   * @example
   * ```ts
   * const token = await c.var.connection.accessToken()
   * const client = new WebflowClient({ accessToken: token.reveal() })
   * ```
   */
  accessToken(): Promise<Secret>

  /**
   * Calls the provider's API with the access token.
   *
   * @param input - a path such as `/v2/sites`, or an absolute URL on one of the provider's hosts
   * @param init - as for `fetch`; a redirect is returned, not followed
   * @returns the answer as it came, except for the refusals below
   * @throws OAuthError `needs_reauth` when the token is dead, `insufficient_scope` when a new consent
   *   would help, `access_forbidden` when it would not, `destination_forbidden` for a foreign host,
   *   `provider_unavailable` when there is no answer, `temporarily_unavailable` as above
   * @example
   * ```ts
   * const sites = await c.var.connection.fetch('/v2/sites')
   * ```
   */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>

  /**
   * Ends the connection: our copy at once, then the grant at the provider.
   *
   * @returns what became of the grant: `pending` when the provider did not answer, and is asked again
   * @throws OAuthError `store_unavailable` when our copy could not be deleted
   * @example
   * ```ts
   * const outcome = await c.var.connection.revoke() // 'revoked', 'pending' or 'deleted_only'
   * ```
   */
  revoke(): Promise<RevocationOutcome>

  /** What may be shown of the connection; also what `JSON.stringify` gives. */
  toJSON(): ConnectionSummary
}
