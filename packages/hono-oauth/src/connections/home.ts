import type { CallbackRequest, RevocationOutcome } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'
import type { Store } from '../stores/contract.ts'
import type { ConnectionDocuments } from './documents.ts'
import type { ConnectionRecord } from './record.ts'

/** Whoever connections belong to. */
export interface ConnectionOwner {
  /** What stands for the owner in storage keys and connection ids. */
  readonly key: string
  /** When the owner ceases to exist, in seconds since the epoch. */
  readonly expiresAt?: number | undefined
  /** Whether nothing can be stored for it yet, so that there is nothing to read either. */
  readonly isNew?: boolean | undefined
  /** The browser session that asks, as {@link ConnectionDocument} names it; absent where nobody needs one. */
  readonly session?: AskingSession | undefined
  /** Lets work of theirs go on after the answer; absent where nothing cancels it. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/** What stands for the ids of a browser session. */
export interface AskingSession {
  /** Those that it can show, the ones before it included: what was connected opens to one of them, or not. */
  readonly shown: readonly string[]
  /** The one that it has after the login that is being finished. */
  readonly next?: string | undefined
  /** When that id was chosen, by this login or by one beside it, in seconds since the epoch. */
  readonly chosenAt?: number | undefined
  /** When that login began, in seconds since the epoch. */
  readonly since?: number | undefined
}

/** Whose connections, at which provider: what one stored document holds. */
export interface DocumentAddress {
  readonly provider: string
  readonly owner: ConnectionOwner
}

/** Why an access token is to be renewed: it is about to end, or the provider refused it. */
export type RenewalReason = 'ending' | 'refused'

/** Where connections live: in this isolate over a store, or in an object of their own. */
export interface ConnectionHome {
  /** Finishes a login: one token request, then what was granted, then one write. */
  complete(address: DocumentAddress, callback: CallbackRequest): Promise<ConnectionRecord>
  /** Connects with a credential that a person brought from the provider. */
  accept(address: DocumentAddress, token: Secret): Promise<ConnectionRecord>
  /** The connections at one provider, the oldest login first: one read. */
  list(address: DocumentAddress): Promise<readonly ConnectionRecord[]>
  /** The record with an access token that works: the one that somebody has just won, or a new one. */
  renew(
    address: DocumentAddress,
    stale: ConnectionRecord,
    reason: RenewalReason,
  ): Promise<ConnectionRecord>
  /** Notes that the provider does not take this access token any more, and nothing can renew it. */
  condemn(address: DocumentAddress, record: ConnectionRecord): Promise<void>
  /** Ends a connection here, then its grant at the provider. */
  disconnect(address: DocumentAddress, id: string): Promise<RevocationOutcome>
  /**
   * Drops the connections of a grant that ended at the provider at this moment, in seconds since the
   * epoch; a later login is not meant.
   */
  endGrant(address: DocumentAddress, grantId: string, occurredAt: number): Promise<void>
}

/** A store beside which the connections have a home of their own. */
export interface HostingStore extends Store {
  /** @param documents - those of this very store, or of a cache in front of it */
  openHome(documents: Pick<ConnectionDocuments, 'read' | 'forget'>): ConnectionHome
}

/** Whether connections live beside this store, or in this isolate. */
export function isHostingStore(store: Store): store is HostingStore {
  return 'openHome' in store
}
