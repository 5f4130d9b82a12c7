import type { KeyRing } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'
import type { Store } from '../stores/contract.ts'
import { guardStore } from '../stores/guard.ts'
import { type ConnectionRecord, decodeRecord, encodeRecord } from './record.ts'
import { Turns } from './turns.ts'

/** Whose connections, at which provider: what one stored document holds. */
export interface DocumentAddress {
  readonly provider: string
  readonly owner: {
    readonly key: string
    readonly expiresAt?: number | undefined
    readonly isNew?: boolean | undefined
  }
}

/** All connections of one owner at one provider. */
export interface ConnectionDocument {
  /** Counts the writes, so that the newer of two copies is known. */
  readonly generation: number
  /** When the owner ceases to exist, in seconds since the epoch. */
  readonly expiresAt?: number | undefined
  readonly connections: readonly ConnectionRecord[]
}

/** A changed list of connections, with what the one who changed it wants to know. */
export interface Change<Result> {
  readonly connections: readonly ConnectionRecord[]
  readonly result: Result
}

interface Written {
  readonly document: ConnectionDocument
  readonly forgetAt: number
}

// Workers KV may answer with a value that is this old, in seconds.
const STALENESS_SECONDS = 60
// An emptied document outlives every stale copy of what it replaced, in seconds.
const TOMBSTONE_TTL_SECONDS = 2 * STALENESS_SECONDS
const MAX_WRITTEN = 1000
// A read, a write and its retries in a slow store, in milliseconds.
const PATIENCE_MS = 10_000
const EMPTY: ConnectionDocument = { generation: 0, connections: [] }

/**
 * Reads and writes the stored documents: one read and at most one write for each change.
 *
 * Changes of one document take turns within this isolate, and what it wrote in the last minute is
 * remembered, so that it reads its own writes even where the store is late.
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

  /**
   * Reads one document; that of a new owner without asking the store, because Workers KV would
   * remember for a minute that there is none.
   *
   * @throws OAuthError `store_unavailable`
   */
  async read(address: DocumentAddress): Promise<ConnectionDocument> {
    const key = storageKey(address)
    const sealed = address.owner.isNew ? null : await guardStore(() => this.#store.get(key))
    const stored = sealed === null ? EMPTY : decode(await open(this.#ring, 'record', key, sealed))
    const written = this.#written.get(key)
    const isNewer = written && written.forgetAt > this.#now()
    return isNewer && written.document.generation > stored.generation ? written.document : stored
  }

  /**
   * Changes one document.
   *
   * @param change - makes the new list of connections from the current one; the same list means that
   *   nothing is written
   * @returns what `change` returned beside the list
   * @throws OAuthError `store_unavailable`
   */
  update<Result>(
    address: DocumentAddress,
    change: (connections: readonly ConnectionRecord[]) => Change<Result>,
  ): Promise<Result> {
    const key = storageKey(address)
    return this.#turns.take(key, async () => {
      const current = await this.read(address)
      const { connections, result } = change(current.connections)
      if (connections !== current.connections) {
        const expiresAt = address.owner.expiresAt ?? current.expiresAt
        const document = { generation: current.generation + 1, expiresAt, connections }
        await this.#write(key, document)
        this.#remember(key, document)
      }
      return result
    })
  }

  async #write(key: string, document: ConnectionDocument): Promise<void> {
    const json = { ...document, connections: document.connections.map(encodeRecord) }
    const sealed = await seal(this.#ring, 'record', key, json)
    const ttlSeconds =
      document.connections.length === 0
        ? TOMBSTONE_TTL_SECONDS
        : document.expiresAt === undefined
          ? undefined
          : document.expiresAt - this.#now()
    await guardStore(() => this.#store.put(key, sealed, { ttlSeconds }))
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

/** A document that does not open counts as empty: the next login writes a new one over it. */
function decode(json: unknown): ConnectionDocument {
  if (json === undefined) return EMPTY
  const { generation, expiresAt, connections } = json as {
    generation: number
    expiresAt?: number
    connections: Record<string, unknown>[]
  }
  return { generation, expiresAt, connections: connections.map(decodeRecord) }
}
