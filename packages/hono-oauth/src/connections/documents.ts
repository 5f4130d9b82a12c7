import type { KeyRing } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'
import { OAuthError } from '../errors.ts'
import type { Store } from '../stores/contract.ts'
import { guardStore, guardWrite } from '../stores/guard.ts'
import {
  type ConnectionDocument,
  decodeDocument,
  EMPTY,
  encodeDocument,
  lifetimeOf,
  wakeTimeOf,
} from './document.ts'
import type { DocumentAddress } from './home.ts'
import type { ConnectionRecord } from './record.ts'
import type { PendingRevocation } from './revocation.ts'
import { Turns } from './turns.ts'

/** A changed document, with what the one who changed it wants to know. */
export interface Change<Result> {
  /** The very list that was given means: unchanged. */
  readonly connections: readonly ConnectionRecord[]
  /** As given, unless it is here. */
  readonly revocations?: readonly PendingRevocation[] | undefined
  readonly result: Result
}

/** What becomes of one record. */
export interface RecordChange<Result> {
  /** What replaces it; without it the record stays as it is. */
  readonly replacement?: ConnectionRecord | undefined
  /** What is to end at the provider. */
  readonly revocation?: PendingRevocation | undefined
  readonly result: Result
}

interface Written {
  readonly document: ConnectionDocument
  readonly forgetAt: number
}

interface Stored {
  readonly sealed: string | null
  readonly document: ConnectionDocument
}

// Workers KV may answer with a value that is this old, in seconds.
const STALENESS_SECONDS = 60
const MAX_WRITTEN = 1000
// A read, a write and its retries in a slow store, in milliseconds.
const PATIENCE_MS = 10_000
// How often a change is made anew because somebody else was faster.
const MAX_SWAPS = 20
const RETRY_AFTER_SECONDS = 5

/**
 * Reads and writes the stored documents: one read and at most one write for each change.
 *
 * Where the store can compare and swap, a change is made to what is stored at that moment, whoever else
 * writes. Elsewhere changes of one document take turns within this isolate, and what it wrote in the
 * last minute is remembered, so that it reads its own writes even where the store is late.
 */
export class ConnectionDocuments {
  readonly #store: Store
  readonly #ring: KeyRing
  readonly #now: () => number
  readonly #written = new Map<string, Written>()
  readonly #turns = new Turns(PATIENCE_MS)

  /** @param now - the clock, in seconds since the epoch */
  constructor(store: Store, ring: KeyRing, now: () => number) {
    this.#store = store
    this.#ring = ring
    this.#now = now
  }

  get guarantees(): Store['guarantees'] {
    return this.#store.guarantees
  }

  /**
   * Reads one document; that of a new owner without asking the store, because Workers KV would
   * remember for a minute that there is none.
   *
   * @throws OAuthError `store_unavailable`
   */
  async read(address: DocumentAddress): Promise<ConnectionDocument> {
    const key = storageKey(address)
    const { document } = await this.#load(key, false, address.owner.isNew)
    return this.#newest(key, document)
  }

  /**
   * Changes one document.
   *
   * @param change - makes the new lists from the current ones; it may be called again when somebody
   *   else has written meanwhile
   * @returns what `change` returned beside the lists
   * @throws OAuthError `store_unavailable`, or what `change` throws
   */
  update<Result>(
    address: DocumentAddress,
    change: (
      connections: readonly ConnectionRecord[],
      revocations: readonly PendingRevocation[],
    ) => Change<Result>,
  ): Promise<Result> {
    const key = storageKey(address)
    return this.#turns.take(key, async () => {
      for (let attempt = 1; attempt <= MAX_SWAPS; attempt++) {
        const stored = await this.#load(key, true, attempt === 1 && address.owner.isNew)
        const { sealed } = stored
        // A strong store has the last word: what it lost (an owner that expired) is lost.
        const isLate = this.guarantees.consistency === 'eventual'
        const current = isLate ? this.#newest(key, stored.document) : stored.document
        const { connections, revocations, result } = change(
          current.connections,
          current.revocations,
        )
        if (connections === current.connections && !revocations) return result
        const document = {
          generation: current.generation + 1,
          expiresAt: address.owner.expiresAt ?? current.expiresAt,
          connections,
          revocations: revocations ?? current.revocations,
        }
        if (!(await this.#write(key, sealed, document))) continue
        this.#remember(key, document)
        return result
      }
      const cause = new Error(`${MAX_SWAPS} writes lost against others`)
      throw new OAuthError('store_unavailable', { cause, retryAfterSeconds: RETRY_AFTER_SECONDS })
    })
  }

  /** Makes the next read see what was changed past this object. */
  async forget(address: DocumentAddress): Promise<void> {
    await this.#store.forget?.(storageKey(address))
  }

  /** Changes the record of this id; `change` gets `undefined` when there is none any more. */
  updateRecord<Result>(
    address: DocumentAddress,
    id: string,
    change: (
      record: ConnectionRecord | undefined,
      connections: readonly ConnectionRecord[],
    ) => RecordChange<Result>,
  ): Promise<Result> {
    return this.update(address, (connections, revocations) => {
      const record = connections.find((one) => one.id === id)
      const { replacement, revocation, result } = change(record, connections)
      return {
        connections: replacement
          ? connections.map((one) => (one === record ? replacement : one))
          : connections,
        revocations: revocation && [...revocations, revocation],
        result,
      }
    })
  }

  async #load(key: string, fresh: boolean, isNew = false): Promise<Stored> {
    // Once this isolate has written, there is something to read.
    const isUnread = isNew && !this.#written.has(key)
    const sealed = isUnread ? null : await guardStore(() => this.#store.get(key, { fresh }))
    if (sealed === null) return { sealed, document: EMPTY }
    return { sealed, document: decodeDocument(await open(this.#ring, 'record', key, sealed)) }
  }

  #newest(key: string, stored: ConnectionDocument): ConnectionDocument {
    const written = this.#written.get(key)
    const isKnown = written && written.forgetAt > this.#now()
    return isKnown && written.document.generation > stored.generation ? written.document : stored
  }

  async #write(
    key: string,
    expected: string | null,
    document: ConnectionDocument,
  ): Promise<boolean> {
    const sealed = await seal(this.#ring, 'record', key, encodeDocument(document))
    const options = {
      ttlSeconds: lifetimeOf(document, this.#now()),
      wakeAt: wakeTimeOf(document),
    }
    return guardWrite(async () => {
      if (this.#store.compareAndSwap) {
        return this.#store.compareAndSwap(key, expected, sealed, options)
      }
      await this.#store.put(key, sealed, options)
      return true
    })
  }

  #remember(key: string, document: ConnectionDocument): void {
    this.#written.delete(key)
    this.#written.set(key, { document, forgetAt: this.#now() + STALENESS_SECONDS })
    const [oldest] = this.#written.keys()
    if (this.#written.size > MAX_WRITTEN && oldest !== undefined) this.#written.delete(oldest)
  }
}

function storageKey({ provider, owner }: DocumentAddress): string {
  return `connections/${provider}/${owner.key}`
}
