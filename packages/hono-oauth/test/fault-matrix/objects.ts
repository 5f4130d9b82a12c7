import { DatabaseSync } from 'node:sqlite'
import type { ObjectNamespaceLike } from '../../src/durable-object/namespace.ts'
import { type EngineSource, ObjectHost } from '../../src/durable-object/object-host.ts'
import type { Answer, ConnectionsRpc } from '../../src/durable-object/wire.ts'
import type { SqlValue } from '../../src/stores/sqlite.ts'
import { entriesIn } from '../durable-object/entries.ts'

/** The two methods of an object. */
export type ObjectMethod = keyof ConnectionsRpc

/** What becomes of a call. */
export type Strike = (work: () => Promise<Answer>) => Promise<Answer>

/** Durable Objects in this process, each with a database of its own, and what can happen to calls. */
export function objectNamespace(source: () => EngineSource<object>) {
  const hosts = new Map<string, ObjectHost<object>>()
  const storages = new Map<string, ReturnType<typeof sqliteStorage>>()
  const strikes = new Map<ObjectMethod, Strike>()

  function hostOf(name: string): ObjectHost<object> {
    const known = hosts.get(name)
    if (known) return known
    const storage = sqliteStorage()
    const host = new ObjectHost(storage, source(), {})
    hosts.set(name, host)
    storages.set(name, storage)
    return host
  }

  /** Only what can be cloned goes in or out. */
  const call = async (method: ObjectMethod, work: () => Promise<Answer>): Promise<Answer> => {
    const strike = strikes.get(method)
    const answering = async () => structuredClone(await work())
    return strike ? strike(answering) : answering()
  }

  const namespace: ObjectNamespaceLike = {
    idFromName: (name) => name,
    get: (name: string): ConnectionsRpc => ({
      storage: (operation, args) =>
        call('storage', () => hostOf(name).storage(operation, structuredClone(args))),
      connections: (operation, address, args) =>
        call('connections', () =>
          hostOf(name).connections(operation, structuredClone(address), structuredClone(args)),
        ),
    }),
  }

  return {
    namespace,
    strikes,
    /** What each object keeps, by its name. */
    dump: () => [...storages].map(([name, storage]) => [name, entriesIn(storage)] as const),
    /** Rings whatever alarms may have been set. */
    async ring(): Promise<void> {
      for (const host of hosts.values()) await host.alarm()
    },
  }
}

function sqliteStorage() {
  const database = new DatabaseSync(':memory:')
  return {
    sql: {
      exec(sql: string, ...params: SqlValue[]) {
        const rows = database.prepare(sql).all(...params)
        return { toArray: () => rows }
      },
    },
    getAlarm: async () => null,
    setAlarm: async () => undefined,
    deleteAlarm: async () => undefined,
    async deleteAll() {
      database.exec('DROP TABLE IF EXISTS oauth_entries')
    },
  }
}
