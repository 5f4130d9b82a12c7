import type { Connection } from 'hono-oauth'
import { type Account, getJson } from './provider-api.ts'

/** Asks GitHub for the user who authorized a connection. */
export async function getAccount(connection: Connection): Promise<Account> {
  const { id, login, name } = await getJson<{ id: number; login: string; name?: string | null }>(connection, '/user')
  return { id: String(id), name: name || login }
}
