import type { Connection } from 'hono-oauth'
import { type Account, getJson } from './provider-api.ts'

/** Asks the server for the user who authorized a connection. */
export async function getAccount(connection: Connection): Promise<Account> {
  const { sub, name } = await getJson<{ sub: string; name?: string }>(connection, '/api/me')
  return { id: sub, name: name ?? sub }
}
