import type { AuthorizationServer, Client, ClientAuth } from 'oauth4webapi'

/** Who talks to whom: the authorization server's metadata and this app as its client. */
export interface RegisteredClient {
  readonly server: AuthorizationServer
  readonly client: Client
  readonly authentication: ClientAuth
}
