import type { KeyRing } from '../crypto/key-ring.ts'
import { OAuthError, storeUnavailable } from '../errors.ts'
import type { Store } from '../stores/contract.ts'
import { guardStore, guardWrite, listAll } from '../stores/guard.ts'
import { BoundedMap } from './bounded-map.ts'
import {
  type ConnectionDocument,
  EMPTY,
  isOpenTo,
  isOvertaken,
  lifetimeOf,
  sessionAfter,
  wakeTimeOf,
} from './document.ts'
import type { DocumentAddress } from './home.ts'
import { type ConnectionRecord, unreadableRecord } from './record.ts'
import type { PendingRevocation } from './revocation.ts'
import {
  generationOf,
  isDocumentSealedByNewest,
  openDocument,
  sealDocument,
} from './sealed-document.ts'
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

/** What became of the stored values when they were to be sealed with the newest key. */
export interface ResealCount {
  readonly resealed: number
  /** They were sealed with it already. */
  readonly unchanged: number
  /** They do not open, and were left as they are. */
  readonly unreadable: number
}

interface Written {
  readonly document: ConnectionDocument
  readonly forgetAt: number
}

interface Stored {
  readonly sealed: string | null
  readonly document: ConnectionDocument
}

const PREFIX = 'connections/'
// Workers KV may answer with a value that is this old, in seconds.
const STALENESS_SECONDS = 60
// What does not open is kept for so long beside what takes its place. Seconds.
const SET_ASIDE_TTL_SECONDS = 90 * 24 * 60 * 60
// A read, a write and its retries in a slow store, in milliseconds.
const PATIENCE_MS = 10_000
// How often a change is made anew because somebody else was faster.
const MAX_SWAPS = 20

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
  readonly #report: (unreadable: ConnectionRecord) => void
  readonly #written = new BoundedMap<Written>()
  /** The newest generation that was seen of each document. */
  readonly #seen = new BoundedMap<number>()
  readonly #reported = new BoundedMap<string>()
  readonly #turns = new Turns(PATIENCE_MS)

  /**
   * @param now - the clock, in seconds since the epoch
   * @param report - learns once of each stored value that does not open
   */
  constructor(
    store: Store,
    ring: KeyRing,
    now: () => number,
    report: (unreadable: ConnectionRecord) => void = () => undefined,
  ) {
    this.#store = store
    this.#ring = ring
    this.#now = now
    this.#report = report
  }

  /** Whether a read sees the last write, and a write can depend on what is stored. */
  get isStrong(): boolean {
    return this.#store.compareAndSwap !== undefined
  }

  /**
   * Reads one document; that of a new owner without asking the store, because Workers KV would
   * remember for a minute that there is none. A session that was replaced finds nothing.
   *
   * @param fresh - whether to read past a cache
   * @throws OAuthError `store_unavailable`
   */
  async read(address: DocumentAddress, fresh = false): Promise<ConnectionDocument> {
    const key = storageKey(address)
    const { document } = await this.#load(address, fresh, address.owner.isNew)
    // A strong store that is read past no cache has the last word.
    const mayBeLate = !this.isStrong || this.#store.forget
    const newest = mayBeLate ? this.#newest(key, document) : document
    return isOpenTo(newest, address.owner.session, this.#now()) ? newest : EMPTY
  }

  /**
   * Changes one document.
   *
   * @param change - makes the new lists from the current ones; it may be called again when somebody
   *   else has written meanwhile
   * @returns what `change` returned beside the lists
   * @throws OAuthError `store_unavailable`, `owner_mismatch` for a session that was replaced before,
   *   `login_overtaken` for one that was replaced just before its login began or since, or what `change`
   *   throws
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
        const stored = await this.#load(address, true, attempt === 1 && address.owner.isNew)
        const { sealed } = stored
        // A strong store has the last word: what it lost (an owner that expired) is lost.
        const isLate = !this.isStrong
        const current = isLate ? this.#newest(key, stored.document) : stored.document
        const { session, expiresAt = 0 } = address.owner
        if (!isOpenTo(current, session, this.#now())) {
          const code = isOvertaken(current, session) ? 'login_overtaken' : 'owner_mismatch'
          throw new OAuthError(code)
        }
        const { connections, revocations, result } = change(
          current.connections,
          current.revocations,
        )
        if (connections === current.connections && !revocations) return result
        if (current.isUnreadable && sealed !== null) await this.#setAside(address, sealed)
        const document = {
          // Beyond every one that was there before, also where that was removed long ago.
          generation: Math.max(current.generation + 1, this.#now()),
          // First logins of one browser that begin together make one owner, and sessions of their own.
          expiresAt: Math.max(expiresAt, current.expiresAt ?? 0) || undefined,
          session: sessionAfter(current, session, this.#now()),
          connections: current.isUnreadable
            ? connections.filter((record) => !current.connections.includes(record))
            : connections,
          revocations: revocations ?? current.revocations,
        }
        if (!(await this.#write(key, sealed, document))) continue
        this.#remember(key, document)
        return result
      }
      throw storeUnavailable(new Error(`${MAX_SWAPS} writes lost against others`))
    })
  }

  /** Makes the next read see what was changed past this object. */
  async forget(address: DocumentAddress): Promise<void> {
    await this.#store.forget?.(storageKey(address))
  }

  /**
   * Seals what is stored with the newest key, refresh tokens and pending revocations included.
   *
   * @param after - the key to go on behind; the first by default
   * @param limit - how many values to look at; all by default
   * @returns the counts, and the last key that was looked at where there are more
   * @throws OAuthError `store_unavailable`; what was sealed anew until then stays so
   */
  async reseal(after = '', limit = Number.POSITIVE_INFINITY) {
    const counts = { resealed: 0, unchanged: 0, unreadable: 0 }
    const listed = await listAll(this.#store, PREFIX)
    const left = listed.filter((key) => key > after).toSorted()
    const keys = left.slice(0, limit)
    for (const key of keys) {
      const [provider = '', ownerKey = ''] = key.slice(PREFIX.length).split('/')
      counts[await this.#resealOne({ provider, owner: { key: ownerKey } })]++
    }
    return { counts, stoppedAt: keys.length < left.length ? keys.at(-1) : undefined }
  }

  async #resealOne(address: DocumentAddress): Promise<keyof ResealCount> {
    const { sealed, document } = await this.#load(address, true)
    if (document.isUnreadable) return 'unreadable'
    if (sealed === null || (await isDocumentSealedByNewest(this.#ring, sealed))) return 'unchanged'
    return this.update(address, (connections) => {
      return { connections: [...connections], result: 'resealed' }
    })
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

  async #load(address: DocumentAddress, fresh: boolean, isNew = false): Promise<Stored> {
    const key = storageKey(address)
    // Once this isolate has written, there is something to read.
    const isUnread = isNew && !this.#written.has(key)
    // What was there before this read began; others may read something newer meanwhile.
    const seen = this.#seen.get(key) ?? 0
    const sealed = isUnread ? null : await guardStore(() => this.#store.get(key, { fresh }))
    if (sealed === null) return { sealed, document: EMPTY }
    const document = await openDocument(this.#ring, key, sealed)
    if (document && !this.#isRolledBack(key, document, seen)) return { sealed, document }
    return { sealed, document: this.#unreadable(address, sealed) }
  }

  /** Whether somebody put an old value back: a strong store that is read past no cache gives none. */
  #isRolledBack(key: string, { generation }: ConnectionDocument, seen: number): boolean {
    if (!this.isStrong || this.#store.forget) return false
    this.#seen.set(key, Math.max(this.#seen.get(key) ?? 0, generation))
    return generation < seen
  }

  #unreadable({ provider, owner }: DocumentAddress, sealed: string): ConnectionDocument {
    const record = unreadableRecord(provider, owner, this.#now())
    if (this.#reported.get(record.id) !== sealed) this.#report(record)
    this.#reported.set(record.id, sealed)
    const generation = generationOf(sealed)
    return { generation, connections: [record], revocations: [], isUnreadable: true }
  }

  /** A key that comes back to the ring may open it some day. */
  async #setAside({ provider, owner }: DocumentAddress, sealed: string): Promise<void> {
    const key = `unreadable/${provider}/${owner.key}`
    await guardWrite(() => this.#store.put(key, sealed, { ttlSeconds: SET_ASIDE_TTL_SECONDS }))
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
    const sealed = await sealDocument(this.#ring, key, document)
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
  }
}

function storageKey({ provider, owner }: DocumentAddress): string {
  return `${PREFIX}${provider}/${owner.key}`
}
