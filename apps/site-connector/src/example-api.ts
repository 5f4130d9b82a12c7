import type { Connection } from 'hono-oauth'
import type { Account } from './platforms.ts'
import { getJson } from './provider-api.ts'

/** The person who allowed a connection. */
export async function getAccount(connection: Connection): Promise<Account> {
  const { sub, name } = await getJson<{ sub: string; name?: string }>(connection, '/api/me')
  return { id: sub, name: name ?? sub }
}
