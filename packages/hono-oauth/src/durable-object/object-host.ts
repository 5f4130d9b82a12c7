import type { ConnectionEngine } from '../connections/engine.ts'
import type { DocumentAddress, RenewalReason } from '../connections/home.ts'
import { decodeRecord, encodeRecord } from '../connections/record.ts'
import { type OAuthError, storeUnavailable } from '../errors.ts'
import { Secret } from '../secret.ts'
import type { ListOptions, PutOptions, Store } from '../stores/contract.ts'
import { SQLITE_SCHEMA, type SqlValue, sqliteStore } from '../stores/sqlite.ts'
import {
  type Answer,
  type HomeOperation,
  pack,
  type StorageOperation,
  unpackCallback,
} from './wire.ts'

/** The part of a Durable Object's storage that is used. */
export interface ObjectStorageLike {
  readonly sql: {
    exec(sql: string, ...params: SqlValue[]): { toArray(): Record<string, unknown>[] }
  }
  /** @returns in milliseconds since the epoch; `null` for none, also while it runs */
  getAlarm(): Promise<number | null>
  /** @param scheduledTime - in milliseconds since the epoch */
  setAlarm(scheduledTime: number): Promise<void>
  deleteAlarm(): Promise<void>
  deleteAll(): Promise<void>
}

/** What an object gets its engine from: the result of `createOAuth`. */
export interface EngineSource<E> {
  engine(env: E, openStore: (now: () => number) => Store): ConnectionEngine
}

interface DueRow {
  readonly key: string
  readonly wake_at: number
  readonly read_at: number | null
}

// A difference between two alarms that is worth no write, in milliseconds.
const SAME_ALARM_MS = 1000
// How exactly is known when an entry was last read: a write for every read would cost too much. Seconds.
const READ_PRECISION_SECONDS = 30
// After a new key every object has sealed its connections anew within so long, whether anybody asks or not.
const RESEAL_WITHIN_MS = 7 * 24 * 60 * 60 * 1000
// When to look again whether a configuration works: the runtime itself tries for a few minutes only.
const BROKEN_PAUSE_MS = 60 * 60 * 1000

/** The inside of an object: the storage, the engine over it, and the alarm that wakes the engine. */
export class ObjectHost<E> {
  readonly #storage: ObjectStorageLike
  readonly #source: EngineSource<E>
  readonly #env: E
  #opened: { engine: ConnectionEngine; store: Store; now: () => number } | undefined
  /** In milliseconds since the epoch, on the clock of the runtime. */
  #alarmAt: number | undefined
  /** When it has to be woken at the latest, on the same clock. */
  #wakeBy = 0
  #isResealed = false

  constructor(storage: ObjectStorageLike, source: EngineSource<E>, env: E) {
    this.#storage = storage
    this.#source = source
    this.#env = env
  }

  /** Works on single entries: those of this owner, or what the package keeps beside connections. */
  storage(operation: StorageOperation, args: readonly unknown[]): Promise<Answer> {
    return this.#answer(async () => {
      const { store } = this.#open()
      const [key, ...rest] = args as [string, ...unknown[]]
      switch (operation) {
        case 'get':
          this.#noteRead(key)
          return store.get(key)
        case 'put':
          return store.put(key, String(rest[0]), rest[1] as PutOptions)
        case 'compareAndSwap': {
          const [expected, value, options] = rest as [string | null, string, PutOptions]
          return store.compareAndSwap?.(key, expected, value, options)
        }
        case 'list':
          return store.list(key, rest[0] as ListOptions)
        case 'delete':
          return store.delete(key)
        default:
          throw unknownOperation()
      }
    })
  }

  /** Works on the connections of this owner. */
  connections(
    operation: HomeOperation,
    address: DocumentAddress,
    args: readonly unknown[],
  ): Promise<Answer> {
    return this.#answer(async () => {
      const { engine } = this.#open()
      const [first, second] = args
      const encoded = first as Record<string, unknown>
      switch (operation) {
        case 'complete':
          return encodeRecord(await engine.complete(address, unpackCallback(encoded)))
        case 'accept':
          return encodeRecord(await engine.accept(address, new Secret(String(first))))
        case 'renew': {
          const reason = second as RenewalReason
          return encodeRecord(await engine.renew(address, decodeRecord(encoded), reason))
        }
        case 'condemn':
          return engine.condemn(address, decodeRecord(encoded))
        case 'disconnect':
          return engine.disconnect(address, String(first))
        case 'endGrant':
          return engine.endGrant(address, String(first), Number(second))
        default:
          throw unknownOperation()
      }
    })
  }

  /** Does what is due. It may run twice for one alarm, and never fails: what failed has a time of its own. */
  async alarm(): Promise<void> {
    this.#alarmAt = undefined
    let now: () => number
    try {
      now = this.#open().now
    } catch (error) {
      console.error('the configuration does not work', error)
      return this.#storage.setAlarm(Date.now() + BROKEN_PAUSE_MS)
    }
    this.#wakeBy = Date.now() + RESEAL_WITHIN_MS
    await this.#reseal()
    const due = this.#run(
      'SELECT key, wake_at, read_at FROM oauth_entries WHERE wake_at <= ?',
      now(),
    )
    for (const row of due as unknown as DueRow[]) await this.#attend(row)
    this.#run('DELETE FROM oauth_entries WHERE expires_at <= ?', now())
    if (this.#run('SELECT key FROM oauth_entries LIMIT 1').length === 0) await this.#vanish()
    else await this.#schedule()
  }

  async #attend({ key, wake_at: wakeAt, read_at: readAt }: DueRow): Promise<void> {
    const [, provider = '', owner = ''] = key.split('/')
    let next: number | undefined
    try {
      next = await this.#open().engine.attend(
        { provider, owner: { key: owner } },
        ({ issuedAt = 0, failedAt = 0, expiresAt = Infinity }) => {
          // One that is over is tried again only for whoever came since the last try.
          const triedAt = expiresAt <= this.#open().now() ? Math.max(issuedAt, failedAt) : issuedAt
          return readAt !== null && readAt + READ_PRECISION_SECONDS >= triedAt
        },
      )
    } catch (error) {
      // A provider that left the configuration.
      console.error('a connection could not be attended to', error)
    }
    // What was not written anew has nothing else to do: what nobody wants waits until somebody asks.
    const sql = 'UPDATE oauth_entries SET wake_at = ? WHERE key = ? AND wake_at = ?'
    this.#run(sql, next ?? null, key, wakeAt)
  }

  async #answer(work: () => Promise<unknown>): Promise<Answer> {
    const answer = await pack(work)
    void this.#reseal()
    if (this.#opened) await this.#schedule()
    return answer
  }

  /**
   * A key that left first place seals nothing any more once its objects were used or woken. Once is enough:
   * with other keys this is another object.
   */
  async #reseal(): Promise<void> {
    if (!this.#opened || this.#isResealed) return
    this.#isResealed = true
    try {
      await this.#opened.engine.reseal()
    } catch (error) {
      this.#isResealed = false
      console.error('connections could not be sealed anew', error)
    }
  }

  #open() {
    if (this.#opened) return this.#opened
    let open: { store: Store; now: () => number } | undefined
    const engine = this.#source.engine(this.#env, (nowMs) => {
      const store = sqliteStore((sql, ...params) => this.#run(sql, ...params), { now: nowMs })
      open = { store, now: () => nowMs() / 1000 }
      return store
    })
    if (!open) throw new Error('the engine has no store')
    this.#opened = { engine, ...open }
    this.#wakeBy = Date.now() + RESEAL_WITHIN_MS
    return this.#opened
  }

  /** An object that was only ever asked has no table: one would have to be paid for. */
  #run(sql: string, ...params: SqlValue[]): Record<string, unknown>[] {
    const execute = () => this.#storage.sql.exec(sql, ...params).toArray()
    try {
      return execute()
    } catch (error) {
      if (!/\bno such table\b/.test(String(error))) throw error
      if (!sql.startsWith('INSERT')) return []
      for (const statement of SQLITE_SCHEMA) this.#storage.sql.exec(statement)
      return execute()
    }
  }

  #noteRead(key: string): void {
    if (!key.startsWith('connections/')) return
    const seconds = this.#open().now()
    this.#run(
      'UPDATE oauth_entries SET read_at = ? WHERE key = ? AND (read_at IS NULL OR read_at < ?)',
      seconds,
      key,
      seconds - READ_PRECISION_SECONDS,
    )
  }

  /** Sets the alarm to the next moment at which something is due or expires, or may be sealed with an old key. */
  async #schedule(): Promise<void> {
    if (this.#alarmAt === undefined) await this.#recallAlarm()
    const [row = {}] = this.#run(
      `SELECT MIN(wake_at) AS wake_at, MIN(expires_at) AS expires_at,
        MAX(key GLOB 'connections/*') AS is_sealed FROM oauth_entries`,
    )
    const times = [row['wake_at'], row['expires_at']].filter((time) => typeof time === 'number')
    const alarms = times.map((time) => Date.now() + this.#delayUntil(time))
    if (row['is_sealed'] === 1) alarms.push(this.#wakeBy)
    if (alarms.length === 0) {
      if (this.#alarmAt !== undefined) await this.#storage.deleteAlarm()
      this.#alarmAt = undefined
      return
    }
    const alarmAt = Math.min(...alarms)
    if (this.#alarmAt !== undefined && Math.abs(alarmAt - this.#alarmAt) < SAME_ALARM_MS) return
    this.#alarmAt = alarmAt
    await this.#storage.setAlarm(alarmAt)
  }

  /** What an earlier life of this object has set is set still, and a week from then is soon enough. */
  async #recallAlarm(): Promise<void> {
    const alarmAt = await this.#storage.getAlarm()
    if (alarmAt === null || alarmAt <= Date.now() || this.#alarmAt !== undefined) return
    this.#alarmAt = alarmAt
    this.#wakeBy = Math.min(this.#wakeBy, alarmAt)
  }

  /** The clock of the configuration need not be that of the runtime. */
  #delayUntil(seconds: number): number {
    return Math.max(0, Math.ceil((seconds - this.#open().now()) * 1000))
  }

  /** An object without entries costs nothing, if it also has no table. */
  async #vanish(): Promise<void> {
    this.#alarmAt = undefined
    await Promise.all([this.#storage.deleteAlarm(), this.#storage.deleteAll()])
  }
}

/** While a new version is rolled out, a Worker may be ahead of the object it calls. */
function unknownOperation(): OAuthError {
  return storeUnavailable(new Error('the object is of another version'))
}
