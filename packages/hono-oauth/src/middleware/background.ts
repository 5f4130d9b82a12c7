import type { Connection } from '../connections/connection.ts'
import { userOwner } from '../session/owner.ts'
import type { Runtime } from './runtime.ts'

/** The part of an execution context that lets work go on. */
export interface BackgroundContext {
  waitUntil(work: Promise<unknown>): void
}

/** Connections for work that no request began. */
export interface BackgroundConnections {
  /**
   * The connection of an id that the app has noted, in `onConnected` or `onEvent`.
   *
   * @throws OAuthError `connection_unknown` when it was disconnected, `store_unavailable`
   */
  get(id: string): Promise<Connection>
  /**
   * The connections of a user of the app: of the id that the `owner` setting gave.
   *
   * @throws OAuthError `store_unavailable`
   */
  list(options: { readonly owner: string }): Promise<Connection[]>
}

/** The connections, with no request to tell who is asking. */
export function backgroundConnections(
  runtime: Runtime,
  context: BackgroundContext | undefined,
): BackgroundConnections {
  const connections = runtime.connections(context && ((work) => context.waitUntil(work)))
  return {
    get: (id) => connections.get(id),
    list: async ({ owner }) => connections.list(await userOwner(owner)),
  }
}
