import { BoundedMap } from '../bounded-map.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import type { Opened } from '../crypto/seal.ts'
import { OAuthError, storeUnavailable } from '../errors.ts'
import type { ListOptions, Store } from '../stores/contract.ts'
import { guardStore, guardWrite } from '../stores/guard.ts'
import { addressOf, DOCUMENT_PREFIX, type DocumentAddress, documentKey } from './address.ts'
import {
  type ConnectionDocument,
  dueTimeOf,
  EMPTY,
  lifetimeOf,
  openDocument,
  opensTo,
  sealDocument,
  unreadableDocument,
} from './document.ts'
import type { PendingRevocation } from './pending-revocation.ts'
import type { ConnectionRecord } from './record.ts'
import { Turns } from './shared-work.ts'

/** The new lists of a document, and the result for the caller. */
export interface Change<Result> {
  /** The same array object means: unchanged. */
  readonly connections: readonly ConnectionRecord[]
  /** Absent means: unchanged. */
  readonly revocations?: readonly PendingRevocation[] | undefined
  readonly result: Result
}

/** The change of one record. */
export interface RecordChange<Result> {
  /** Replaces the record; absent means: unchanged. */
  readonly replacement?: ConnectionRecord | undefined
  /** A revocation to add. */
  readonly revocation?: PendingRevocation | undefined
  readonly result: Result
}

/** A document with the stored text, which a swap compares with. */
export interface StoredDocument {
  readonly sealed: string | null
  readonly document: ConnectionDocument
  readonly isSealedByNewest: boolean
}

/** How many stored values were sealed with the newest key. */
export interface ResealCounts {
  readonly resealed: number
  /** The newest key had sealed them already. */
  readonly unchanged: number
  /** They do not open and stay as they are. */
  readonly unreadable: number
}

// Workers KV may answer with a value of this age, in seconds.
const STALENESS_SECONDS = 60
// The time for a read, a write and its retries in a slow store, in milliseconds.
const TURN_TIMEOUT_MS = 10_000
// How often a change is tried when other isolates write in between.
const MAX_SWAPS = 20

interface OwnWrite {
  readonly document: ConnectionDocument
  /** The characters of its sealed text. */
  readonly length: number
  readonly forgetAt: number
}

/** The memory of one isolate about one store. */
export class VaultMemory {
  /** Own writes; `forgetAt` in seconds since the epoch. */
  readonly ownWrites = new BoundedMap<OwnWrite>(({ length }) => length)
  /** The reported values that do not open, by record id. */
  readonly reported = new BoundedMap<string>()
  readonly turns = new Turns(TURN_TIMEOUT_MS)
}

/**
 * The stored documents of one store, sealed: one read and at most one write for each change.
 *
 * The changes of one document take turns within this isolate. Between isolates, compare-and-swap protects a change from
 * concurrent writes. For a store without it, the isolate remembers its own writes for a minute, so it reads them even
 * where copies are late.
 */
export class Vault {
  readonly #store: Store
  readonly #ring: KeyRing
  readonly #now: () => number
  readonly #reportUnreadable: (record: ConnectionRecord) => void
  readonly #memory: VaultMemory
  readonly #serverOf: (provider: string) => string | undefined

  /**
   * @param now - the clock, in seconds since the epoch
   * @param reportUnreadable - is called once for each stored value that does not open
   * @param serverOf - names the server and the client of a provider: documents of others do not open
   */
  constructor(
    store: Store,
    ring: KeyRing,
    now: () => number,
    reportUnreadable: (record: ConnectionRecord) => void = () => undefined,
    memory: VaultMemory = new VaultMemory(),
    serverOf: (provider: string) => string | undefined = () => undefined,
  ) {
    this.#store = store
    this.#ring = ring
    this.#now = now
    this.#reportUnreadable = reportUnreadable
    this.#memory = memory
    this.#serverOf = serverOf
  }

  /** Whether reads see the latest write of any isolate, and no write overwrites another one unseen. */
  get isConsistent(): boolean {
    return this.#store.compareAndSwap !== undefined
  }

  /**
   * Reads a document. A session that may not use it gets an empty document.
   *
   * @param fresh - whether to read past a cache
   * @throws OAuthError `store_unavailable`
   */
  async read(address: DocumentAddress, fresh = false): Promise<ConnectionDocument> {
    const { document } = await this.load(address, fresh)
    return opensTo(document, address.owner.session) ? document : EMPTY
  }

  /**
   * Reads a document with its stored text, past a cache unless told otherwise. The document of a new owner is
   * not read: Workers KV would answer for a minute that there is none.
   *
   * @throws OAuthError `store_unavailable`
   */
  async load(address: DocumentAddress, fresh = true): Promise<StoredDocument> {
    const key = documentKey(address)
    const isUnread = address.owner.isNew === true && !this.#memory.ownWrites.has(key)
    const sealed = isUnread ? null : await guardStore(() => this.#store.get(key, { fresh }))
    if (sealed === null) return this.#newest(key, { sealed, document: EMPTY, isSealedByNewest: true }, fresh)
    const opened = await this.open(key, address.provider, sealed)
    const document = opened?.value ?? this.#unreadable(address, sealed)
    const { isSealedByNewest = true } = opened ?? {}
    return this.#newest(key, { sealed, document, isSealedByNewest }, fresh)
  }

  /** Seals a document for a storage key, and for the server of its provider. */
  seal(key: string, provider: string, document: ConnectionDocument): Promise<string> {
    return sealDocument(this.#ring, key, this.#serverOf(provider), document)
  }

  /** Opens what {@link seal} returned; `undefined` for anything else. */
  open(key: string, provider: string, sealed: string): Promise<Opened<ConnectionDocument> | undefined> {
    return openDocument(this.#ring, key, this.#serverOf(provider), sealed)
  }

  /**
   * Changes a document.
   *
   * @param change - makes the new lists from the current ones; called again when another isolate wrote in between
   * @param read - the document as the caller has just read it, which saves a read in a store with compare-and-swap
   * @returns the result of `change`
   * @throws OAuthError `store_unavailable`, `login_overtaken` for a session that may not use the document, or the
   *   error of `change`
   */
  update<Result>(
    address: DocumentAddress,
    change: (connections: readonly ConnectionRecord[], revocations: readonly PendingRevocation[]) => Change<Result>,
    read?: StoredDocument,
  ): Promise<Result> {
    const { session, expiresAt = 0, ...owner } = address.owner
    return this.#memory.turns.take(documentKey(address), async () => {
      let known = this.isConsistent ? read : undefined
      for (let attempt = 1; attempt <= MAX_SWAPS; attempt++) {
        const isNew = attempt === 1 && owner.isNew
        const stored = known ?? (await this.load({ ...address, owner: { ...owner, isNew } }))
        known = undefined
        const { document: current } = stored
        if (!opensTo(current, session)) throw new OAuthError('login_overtaken')
        const { connections, revocations, result } = change(current.connections, current.revocations)
        // A value that does not open stays until a login or a disconnect: a later configuration may have its key.
        if (connections === current.connections && (!revocations || current.isUnreadable)) return result
        const document = {
          // Higher than any earlier generation, also that of a document that was removed long ago.
          generation: Math.max(current.generation + 1, this.#now()),
          expiresAt: Math.max(expiresAt, current.expiresAt ?? 0) || undefined,
          session: session?.replacement ?? current.session,
          connections: current.isUnreadable
            ? connections.filter((record) => !current.connections.includes(record))
            : connections,
          revocations: revocations ?? current.revocations,
        }
        if (await this.#write(address, stored.sealed, document)) return result
      }
      throw storeUnavailable(new Error(`other isolates wrote first in ${MAX_SWAPS} attempts`))
    })
  }

  /** Changes the record of an id; `change` gets `undefined` where there is none. */
  updateRecord<Result>(
    address: DocumentAddress,
    id: string,
    change: (record: ConnectionRecord | undefined, connections: readonly ConnectionRecord[]) => RecordChange<Result>,
    read?: StoredDocument,
  ): Promise<Result> {
    return this.update(
      address,
      (connections, revocations) => {
        const record = connections.find((one) => one.id === id)
        const { replacement, revocation, result } = change(record, connections)
        return {
          connections: replacement ? connections.map((one) => (one === record ? replacement : one)) : connections,
          revocations: revocation && [...revocations, revocation],
          result,
        }
      },
      read,
    )
  }

  /** Drops the cached copy of a document that an object has changed. */
  async dropCopy(address: DocumentAddress): Promise<void> {
    await this.#store.forget?.(documentKey(address))
  }

  /**
   * Seals one page of documents with the newest key, with their refresh tokens and pending revocations.
   *
   * @returns the counts, and the cursor of the next page where there is one
   * @throws OAuthError `store_unavailable`; documents that were already resealed stay so
   */
  async reseal(page: ListOptions = {}): Promise<{ counts: ResealCounts; cursor?: string | undefined }> {
    const counts = { resealed: 0, unchanged: 0, unreadable: 0 }
    const { keys, cursor } = await guardStore(() => this.#store.list(DOCUMENT_PREFIX, page))
    for (const key of keys) counts[await this.#resealOne(addressOf(key))]++
    return { counts, cursor }
  }

  async #resealOne(address: DocumentAddress): Promise<keyof ResealCounts> {
    const stored = await this.load(address)
    if (stored.document.isUnreadable) return 'unreadable'
    if (stored.isSealedByNewest) return 'unchanged'
    return this.update(address, (connections) => ({ connections: [...connections], result: 'resealed' }), stored)
  }

  #unreadable(address: DocumentAddress, sealed: string): ConnectionDocument {
    const document = unreadableDocument(address, sealed, this.#now())
    const [record] = document.connections
    if (record && this.#memory.reported.get(record.id) !== sealed) {
      this.#memory.reported.set(record.id, sealed)
      this.#reportUnreadable(record)
    }
    return document
  }

  /** The document that this isolate wrote last, where the store has answered with an older copy. */
  #newest(key: string, stored: StoredDocument, fresh: boolean): StoredDocument {
    const mayBeLate = !this.isConsistent || (!fresh && this.#store.forget !== undefined)
    if (!mayBeLate) return stored
    const own = this.#memory.ownWrites.get(key)
    const isNewer = own && own.forgetAt > this.#now() && own.document.generation > stored.document.generation
    return isNewer ? { ...stored, document: own.document } : stored
  }

  async #write(address: DocumentAddress, expected: string | null, document: ConnectionDocument): Promise<boolean> {
    const key = documentKey(address)
    const sealed = await this.seal(key, address.provider, document)
    const options = { ttlSeconds: lifetimeOf(document, this.#now()), wakeAt: dueTimeOf(document) }
    const isWritten = await guardWrite(async () => {
      if (this.#store.compareAndSwap) return this.#store.compareAndSwap(key, expected, sealed, options)
      await this.#store.put(key, sealed, options)
      return true
    })
    if (isWritten) {
      const forgetAt = this.#now() + STALENESS_SECONDS
      this.#memory.ownWrites.set(key, { document, length: sealed.length, forgetAt })
    }
    return isWritten
  }
}
