import type { Context } from 'hono'
import type { Connection } from '../connections/connection.ts'
import { keptAlive } from './keep-alive.ts'
import { findOwner } from './owner.ts'
import type { Runtime } from './runtime.ts'

/** The connections of whoever is asking; a browser without a session has none, and none is read. */
export async function listConnections(c: Context, runtime: Runtime): Promise<Connection[]> {
  const owner = await findOwner(c, runtime)
  const connections = owner ? await runtime.engine.list(owner) : []
  return connections.map((connection) => keptAlive(c, connection))
}
