import type { Context } from 'hono'
import type { Connection } from '../connections/connection.ts'
import { keepSessionAlive } from './browser-session.ts'
import { findOwners } from './owner.ts'
import type { Runtime } from './runtime.ts'

/** The connections of whoever is asking; a browser without a session has none, and none is read. */
export async function listConnections(c: Context, runtime: Runtime): Promise<Connection[]> {
  const ownerAt = await findOwners(c, runtime)
  const connections = runtime.connections(c)
  const names = Object.keys(runtime.config.providers)
  const lists = await Promise.all(
    names.map(async (name) => {
      const owner = await ownerAt(name)
      const found = owner ? await connections.listAt(owner, name) : []
      if (found.length > 0) await keepSessionAlive(c, runtime, name)
      return found
    }),
  )
  return lists.flat()
}
