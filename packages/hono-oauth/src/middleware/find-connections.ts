import type { Context } from 'hono'
import type { Connection } from '../connections/connection.ts'
import { keepSessionAlive } from './browser-session.ts'
import { findOwner, findUser, userOwner } from './owner.ts'
import type { Runtime } from './runtime.ts'

/** The connections of the owner of this request. A browser without a session has none, so nothing is read. */
export async function listConnections(c: Context, runtime: Runtime): Promise<Connection[]> {
  const connections = runtime.connections(c)
  const user = await findUser(c, runtime)
  if (user) return connections.list(user)
  const names = Object.keys(runtime.config.providers)
  const lists = names.map(async (name) => {
    const owner = await findOwner(c, runtime, name)
    const found = owner ? await connections.listAt(owner, name) : []
    if (found.length > 0) await keepSessionAlive(c, runtime, name)
    return found
  })
  return (await Promise.all(lists)).flat()
}

/** The part of an execution context that lets work go on after the answer. */
export interface BackgroundContext {
  waitUntil(work: Promise<unknown>): void
}

/** Connections for work without a request. */
export interface BackgroundConnections {
  /**
   * The connection of an id, which the app gets in `onConnected` or `onEvent`.
   *
   * @throws OAuthError `connection_unknown` when it was disconnected, `store_unavailable`
   */
  get(id: string): Promise<Connection>
  /**
   * The connections of a user of the app.
   *
   * @param options - `owner`, the id that the `owner` setting returns for the user
   *
   * @throws OAuthError `store_unavailable`
   */
  list(options: { readonly owner: string }): Promise<Connection[]>
}

/** The connections for work without a request, which has no owner. */
export function backgroundConnections(runtime: Runtime, context: BackgroundContext | undefined): BackgroundConnections {
  const connections = runtime.connections(context && ((work) => context.waitUntil(work)))
  return { get: (id) => connections.get(id), list: async ({ owner }) => connections.list(await userOwner(owner)) }
}
