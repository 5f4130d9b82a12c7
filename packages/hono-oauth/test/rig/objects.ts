import { DatabaseSync } from 'node:sqlite'
import type { ObjectStorageLike } from 'hono-oauth/durable-object'
import { type EngineSource, ObjectHost } from '../../src/durable-object/object-host.ts'
import type { Answer, ConnectionsRpc } from '../../src/durable-object/wire.ts'

type SqlValue = string | number | null

/** What a Durable Object keeps beyond its restarts: a database of SQLite, and one alarm. */
export class FakeStorage {
  /** In milliseconds since the epoch. */
  alarmAt: number | undefined
  /** Every time that an alarm was set to. */
  readonly alarmsSet: number[] = []
  /** What every statement ends with, if anything. */
  failure: Error | undefined
  #database = new DatabaseSync(':memory:')

  /** What one life of the object works with: it works no more when that life is over. */
  open(isAlive: () => boolean): ObjectStorageLike {
    const check = () => {
      if (!isAlive()) throw new Error('the object is gone')
    }
    return {
      sql: {
        exec: (sql: string, ...params: SqlValue[]) => {
          check()
          if (this.failure) throw this.failure
          const rows = this.#database.prepare(sql).all(...params)
          return { toArray: () => rows }
        },
      },
      getAlarm: async () => {
        check()
        return this.alarmAt ?? null
      },
      setAlarm: async (time) => {
        check()
        this.alarmsSet.push(time)
        this.alarmAt = time
      },
      deleteAlarm: async () => {
        check()
        this.alarmAt = undefined
      },
      deleteAll: async () => {
        check()
        this.#database = new DatabaseSync(':memory:')
      },
    }
  }

  /** The tables there are: none in an object that costs nothing. */
  tables(): string[] {
    const rows = this.#database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    return rows.map(({ name }) => String(name))
  }

  /** How many rows were written so far. */
  written(): number {
    return Number(this.#database.prepare('SELECT total_changes() AS count').get()?.['count'])
  }

  /** Asks the database, or changes it. */
  query(sql: string): Record<string, unknown>[] {
    return this.#database.prepare(sql).all() as Record<string, unknown>[]
  }

  /** What is stored, by its keys, expired entries included. */
  entries(): [string, string][] {
    if (this.tables().length === 0) return []
    const rows = this.#database.prepare('SELECT key, value FROM oauth_entries ORDER BY key').all()
    return rows.map(({ key, value }) => [String(key), String(value)])
  }
}

/** A Durable Object: what it stores, and what runs over it until it is restarted. */
export class FakeObject {
  readonly storage = new FakeStorage()
  /** The operations that it was asked for, whatever became of them. */
  readonly calls: string[] = []
  readonly #source: () => EngineSource<object>
  #host: ObjectHost<object>
  #endLife: (reason: Error) => void = () => undefined
  #ended: Promise<never>

  constructor(source: () => EngineSource<object>) {
    this.#source = source
    ;[this.#host, this.#ended] = this.#begin()
  }

  /** Ends this life of the object, with the calls that are under way, and begins another. */
  restart(): void {
    this.#endLife(Object.assign(new Error('the object was reset'), { retryable: true }))
    ;[this.#host, this.#ended] = this.#begin()
  }

  /** Answers a call as RPC does: by what can be cloned, and with errors that are only that. */
  async call(method: keyof ConnectionsRpc, args: readonly unknown[]): Promise<Answer> {
    this.calls.push(String(args[0]))
    const run = this.#host[method].bind(this.#host) as (...args: unknown[]) => Promise<Answer>
    return structuredClone(await Promise.race([run(...structuredClone(args)), this.#ended]))
  }

  /** Delivers an alarm, whether or not one is due: the runtime may deliver one twice. */
  alarm(): Promise<void> {
    return Promise.race([this.#host.alarm(), this.#ended])
  }

  /** Delivers the alarm that is set, which is none any more by then. */
  async ring(): Promise<void> {
    this.storage.alarmAt = undefined
    await this.alarm()
  }

  #begin(): [ObjectHost<object>, Promise<never>] {
    let isAlive = true
    const ended = new Promise<never>((_, reject) => {
      this.#endLife = (reason) => {
        isAlive = false
        reject(reason)
      }
    })
    ended.catch(() => undefined)
    const storage = this.storage.open(() => isAlive)
    return [new ObjectHost(storage, this.#source(), {}), ended]
  }
}

/** A Durable Object namespace in this process; its objects get their engines from a source. */
export function fakeNamespace(source: () => EngineSource<object>) {
  const objects = new Map<string, FakeObject>()
  /** The object of a name, which begins to exist. */
  function object(name: string): FakeObject {
    const found = objects.get(name) ?? new FakeObject(source)
    objects.set(name, found)
    return found
  }
  const get = (name: string): ConnectionsRpc => ({
    storage: (...args) => object(name).call('storage', args),
    connections: (...args) => object(name).call('connections', args),
  })
  return { objects, object, get, idFromName: (name: string) => name }
}
