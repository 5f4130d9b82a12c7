import type { Context } from 'hono'
import type { Connection } from '../connections/connection.ts'
import { findOwner } from './owner.ts'
import type { Runtime } from './runtime.ts'

/** The connections of whoever is asking; a browser without a session has none, and none is read. */
export async function listConnections(c: Context, runtime: Runtime): Promise<Connection[]> {
  const owner = await findOwner(c, runtime)
  return owner ? runtime.connections(c).list(owner) : []
}
