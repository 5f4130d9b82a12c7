import type { RenewalReason } from '../connections/engine-contract.ts'
import type { ConnectionEngine } from '../engine/engine.ts'
import { type OAuthError, storeUnavailable } from '../errors.ts'
import { Secret } from '../secret.ts'
import type { Store } from '../stores/contract.ts'
import { SQLITE_SCHEMA, type SqlValue, sqliteStore } from '../stores/sqlite.ts'
import { addressOf, DOCUMENT_PREFIX, type DocumentAddress } from '../vault/address.ts'
import { decodeRecord, encodeRecord } from '../vault/record.ts'
import {
  type Answer,
  type EngineOperation,
  pack,
  STORAGE_OPERATIONS,
  type StorageOperation,
  unpackCallback,
} from './wire.ts'
import { type UnsavedEntries, unsavedEntries } from './unsaved-entries.ts'

/** The used part of a Durable Object's storage. */
export interface ObjectStorageLike {
  readonly sql: {
    exec(sql: string, ...params: SqlValue[]): { toArray(): Record<string, unknown>[] }
  }
  /** @returns in milliseconds since the epoch; `null` for no alarm, also while the alarm runs */
  getAlarm(): Promise<number | null>
  /** @param scheduledTime - in milliseconds since the epoch */
  setAlarm(scheduledTime: number): Promise<void>
  deleteAlarm(): Promise<void>
  deleteAll(): Promise<void>
}

/** Where an object gets its engine from: the result of `createOAuth`. */
export interface EngineSource<E> {
  engine(env: E, openStore: (now: () => number) => Store): ConnectionEngine
}

interface DueRow {
  readonly key: string
  readonly wake_at: number
  readonly read_at: number | null
}

// An alarm is not moved by less than this, in milliseconds.
const SAME_ALARM_MS = 1000
// The precision of an entry's last read, in seconds: a write for each read would cost too much.
const READ_PRECISION_SECONDS = 30
// Every object, used or not, seals its connections with a new key within this time.
const RESEAL_WITHIN_MS = 7 * 24 * 60 * 60 * 1000
// The pause before unsaved tokens are written again. An object that is idle for a minute or two may be evicted, and
// these alarms keep it in use.
const SAVE_PAUSE_MS = 15_000
// The pause after a broken configuration: the runtime itself repeats an alarm for a few minutes only.
const BROKEN_PAUSE_MS = 60 * 60 * 1000

/** The inside of an object: its storage, the engine over it, and the alarm that wakes the engine. */
export class ObjectHost<E> {
  readonly #storage: ObjectStorageLike
  readonly #source: EngineSource<E>
  readonly #env: E
  #opened: { engine: ConnectionEngine; store: Store; now: () => number; unsaved: UnsavedEntries } | undefined
  /** The time of the alarm, in milliseconds since the epoch, on the clock of the runtime. */
  #alarmAt: number | undefined
  /** The latest time of the next alarm, on the same clock. */
  #wakeBy = 0
  #isResealed = false

  constructor(storage: ObjectStorageLike, source: EngineSource<E>, env: E) {
    this.#storage = storage
    this.#source = source
    this.#env = env
  }

  /** Runs an operation on the entries of this object. */
  storage(operation: StorageOperation, args: readonly unknown[]): Promise<Answer> {
    return this.#answer(async () => {
      const { store } = this.#open()
      const run = store[operation] as ((...args: readonly unknown[]) => Promise<unknown>) | undefined
      if (!STORAGE_OPERATIONS.includes(operation) || !run) throw unknownOperation()
      if (operation === 'get') this.#noteRead(String(args[0]))
      return run.apply(store, args as unknown[])
    })
  }

  /** Runs an operation of the engine on the connections of this owner. */
  connections(operation: EngineOperation, address: DocumentAddress, args: readonly unknown[]): Promise<Answer> {
    return this.#answer(async () => {
      const { engine } = this.#open()
      const [first, second] = args
      const encoded = first as Record<string, unknown>
      switch (operation) {
        case 'completeLogin':
          return encodeRecord(await engine.completeLogin(address, unpackCallback(encoded)))
        case 'acceptToken':
          return encodeRecord(await engine.acceptToken(address, new Secret(String(first))))
        case 'renew': {
          const reason = second as RenewalReason
          return encodeRecord(await engine.renew(address, decodeRecord(encoded), reason))
        }
        case 'markDead':
          return engine.markDead(address, decodeRecord(encoded))
        case 'disconnect': {
          const { outcome, record } = await engine.disconnect(address, String(first))
          return { outcome, record: encodeRecord(record) }
        }
        case 'endGrant':
          return engine.endGrant(address, String(first), Number(second))
        default:
          throw unknownOperation()
      }
    })
  }

  /** Does the due work. The runtime may run it twice for one alarm. A failure sets the next alarm and is not thrown. */
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
    try {
      await this.#runAlarm(now)
    } catch (error) {
      // The runtime repeats a failed alarm for a few minutes only.
      if (!this.#opened?.unsaved.count()) throw error
      console.error('the tokens of a renewal could not be stored', error)
      await this.#schedule()
    }
  }

  async #runAlarm(now: () => number): Promise<void> {
    const { engine, unsaved } = this.#open()
    await unsaved.recall()
    await engine.saveUnsaved()
    await this.#reseal()
    const due = this.#run('SELECT key, wake_at, read_at FROM oauth_entries WHERE wake_at <= ?', now())
    for (const row of due as unknown as DueRow[]) await this.#runDueWork(row)
    this.#run('DELETE FROM oauth_entries WHERE expires_at <= ?', now())
    if (this.#run('SELECT key FROM oauth_entries LIMIT 1').length > 0) return this.#schedule()
    // An object without entries and table costs nothing.
    this.#alarmAt = undefined
    await Promise.all([this.#storage.deleteAlarm(), this.#storage.deleteAll()])
  }

  async #runDueWork({ key, wake_at: wakeAt, read_at: readAt }: DueRow): Promise<void> {
    let next: number | undefined
    try {
      const { engine, now } = this.#open()
      next = await engine.runDueWork(addressOf(key), ({ issuedAt = 0, failedAt = 0, expiresAt = Infinity }) => {
        // A token that has ended is renewed only if a read came after the last attempt.
        const triedAt = expiresAt <= now() ? Math.max(issuedAt, failedAt) : issuedAt
        return readAt !== null && readAt + READ_PRECISION_SECONDS >= triedAt
      })
    } catch (error) {
      // For example, the configuration no longer has the provider.
      console.error('the due work of a connection could not be done', error)
      next = this.#open().now() + BROKEN_PAUSE_MS / 1000
    }
    // Only for an entry that the work has not written: an unused connection waits for its next use.
    const sql = 'UPDATE oauth_entries SET wake_at = ? WHERE key = ? AND wake_at = ?'
    this.#run(sql, next ?? null, key, wakeAt)
  }

  async #answer(work: () => Promise<unknown>): Promise<Answer> {
    const answer = await pack(async () => {
      // A renewal before that would send a refresh token that an earlier instance has used.
      await this.#open()
        .unsaved.recall()
        .catch((cause) => {
          throw storeUnavailable(cause)
        })
      return work()
    })
    void this.#reseal()
    if (this.#opened) await this.#schedule()
    return answer
  }

  /**
   * Seals with the newest key, once in the life of this instance: new keys come with a deployment, which starts a new
   * instance.
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
    const { vault, memory } = engine.state
    this.#opened = { engine, ...open, unsaved: unsavedEntries(open.store, vault, memory) }
    this.#wakeBy = Date.now() + RESEAL_WITHIN_MS
    return this.#opened
  }

  /** Runs a statement. The first write creates the table: an object that was only read stays without one and is free. */
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
    if (!key.startsWith(DOCUMENT_PREFIX)) return
    const seconds = this.#open().now()
    this.#run(
      'UPDATE oauth_entries SET read_at = ? WHERE key = ? AND (read_at IS NULL OR read_at < ?)',
      seconds,
      key,
      seconds - READ_PRECISION_SECONDS,
    )
  }

  /** Sets the alarm to the next time at which work is due, an entry expires, or the keys are to be checked. */
  async #schedule(): Promise<void> {
    const { unsaved } = this.#open()
    await unsaved.tidy()
    if (this.#alarmAt === undefined) await this.#recallAlarm()
    const alarms = unsaved.count() > 0 ? [this.#nextSave()] : this.#dueTimes()
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

  /** When to write unsaved tokens again: calls meanwhile do not move it, and the storage is not asked. */
  #nextSave(): number {
    return Math.min(this.#alarmAt ?? Infinity, Date.now() + SAVE_PAUSE_MS)
  }

  /** The times of the stored work, on the clock of the runtime. */
  #dueTimes(): number[] {
    const [row = {}] = this.#run(
      `SELECT MIN(wake_at) AS wake_at, MIN(IIF(key GLOB 'states/*', NULL, expires_at)) AS expires_at,
        MAX(expires_at) AS ends_at, MAX(key GLOB 'connections/*') AS is_sealed FROM oauth_entries`,
    )
    // The states of logins wait for an alarm that comes anyway; only without connections they need one of their own.
    const endsAt = row['is_sealed'] === 1 ? undefined : row['ends_at']
    const times = [row['wake_at'], row['expires_at'], endsAt].filter((time) => typeof time === 'number')
    // The clock of the configuration may differ from that of the runtime.
    const delayUntil = (seconds: number) => Math.max(0, Math.ceil((seconds - this.#open().now()) * 1000))
    const alarms = times.map((time) => Date.now() + delayUntil(time))
    if (row['is_sealed'] === 1) alarms.push(this.#wakeBy)
    return alarms
  }

  /** Reads the alarm that an earlier instance of this object has set. */
  async #recallAlarm(): Promise<void> {
    const alarmAt = await this.#storage.getAlarm()
    if (alarmAt === null || alarmAt <= Date.now() || this.#alarmAt !== undefined) return
    this.#alarmAt = alarmAt
    this.#wakeBy = Math.min(this.#wakeBy, alarmAt)
  }
}

/** During a deployment a new Worker may call an object that still runs the earlier version. */
function unknownOperation(): OAuthError {
  return storeUnavailable(new Error('the object is of another version'))
}
