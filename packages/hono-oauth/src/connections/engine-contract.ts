import type { CallbackRequest, RevocationOutcome } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'
import type { Store } from '../stores/contract.ts'
import type { DocumentAddress } from '../vault/address.ts'
import type { ConnectionRecord } from '../vault/record.ts'
import type { Vault } from '../vault/vault.ts'

/** Why an access token is renewed: it is about to end, or the provider refused it. */
export type RenewalReason = 'ending' | 'refused'

/** What has ended, and what that came to. */
export interface Disconnection {
  readonly record: ConnectionRecord
  readonly outcome: RevocationOutcome
}

/** Creates, renews and ends connections: in this isolate over a store, or in a Durable Object. */
export interface Engine {
  /** Finishes a login: one token request, then the request for the account, then one write. */
  completeLogin(address: DocumentAddress, callback: CallbackRequest): Promise<ConnectionRecord>
  /** Connects with a token that a person created at the provider. */
  acceptToken(address: DocumentAddress, token: Secret): Promise<ConnectionRecord>
  /** The connections at one provider, the oldest login first: one read. */
  list(address: DocumentAddress): Promise<readonly ConnectionRecord[]>
  /** The record with a working access token: renewed now, or by another caller before. */
  renew(address: DocumentAddress, stale: ConnectionRecord, reason: RenewalReason): Promise<ConnectionRecord>
  /** Stores that the access token no longer works and nothing can renew it. */
  markDead(address: DocumentAddress, record: ConnectionRecord): Promise<void>
  /** Ends a connection here, then revokes its grant at the provider. */
  disconnect(address: DocumentAddress, id: string): Promise<Disconnection>
  /**
   * Drops the connections of a grant that ended at the provider.
   *
   * @param occurredAt - when it ended, in seconds since the epoch: connections of later logins stay
   */
  endGrant(address: DocumentAddress, grantId: string, occurredAt: number): Promise<void>
}

/** A store with its own engine, such as one in a Durable Object. */
export interface EngineStore extends Store {
  /** @param vault - the documents of this store, perhaps with a cache in front */
  openEngine(vault: Pick<Vault, 'read' | 'dropCopy'>): Engine
}

/** Whether a store has its own engine. */
export function hasEngine(store: Store): store is EngineStore {
  return 'openEngine' in store
}
