import { DatabaseSync } from 'node:sqlite'
import type { ObjectStorageLike } from '../../src/durable-object/object-host.ts'
import type { SqlValue } from '../../src/stores/sqlite.ts'

/** What a Durable Object keeps beyond its restarts: a database of SQLite, and one alarm. */
export class FakeStorage {
  /** In milliseconds since the epoch. */
  alarmAt: number | undefined
  /** Every time that an alarm was set to. */
  readonly alarmsSet: number[] = []
  /** Every statement that was run. */
  readonly statements: string[] = []
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
          this.statements.push(sql)
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

  /** The keys that are stored, expired ones included. */
  keys(): string[] {
    return Object.keys(this.values())
  }

  /** What is stored, by its keys, expired entries included. */
  values(): Record<string, string> {
    if (this.tables().length === 0) return {}
    const rows = this.#database.prepare('SELECT key, value FROM oauth_entries ORDER BY key').all()
    return Object.fromEntries(rows.map(({ key, value }) => [String(key), String(value)]))
  }
}
