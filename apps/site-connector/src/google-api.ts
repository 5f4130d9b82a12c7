import type { Connection } from 'hono-oauth'
import { type Account, getJson } from './provider-api.ts'

interface GoogleUser {
  readonly id: string
  readonly name?: string
  readonly email?: string
}

/** Asks Google for the user who authorized a connection. */
export async function getAccount(connection: Connection): Promise<Account> {
  const { id, name, email } = await getJson<GoogleUser>(connection, '/oauth2/v2/userinfo')
  return { id, name: name || (email ?? id) }
}
