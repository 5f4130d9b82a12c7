import type { Connection } from 'hono-oauth'
import { type Account, getJson, type Site } from './provider-api.ts'

interface WebflowSite {
  readonly id: string
  readonly displayName?: string
  readonly shortName?: string
}

interface WebflowUser {
  readonly id: string
  readonly email?: string
  readonly firstName?: string
  readonly lastName?: string
}

/** Asks Webflow for the sites that a connection covers. */
export async function listSites(connection: Connection): Promise<Site[]> {
  const { sites } = await getJson<{ sites: WebflowSite[] }>(connection, '/v2/sites')
  return sites.map(({ id, displayName, shortName }) => ({
    id,
    name: displayName ?? shortName ?? id,
  }))
}

/** Asks Webflow for the user who authorized a connection. */
export async function getAccount(connection: Connection): Promise<Account> {
  const user = await getJson<WebflowUser>(connection, '/v2/token/authorized_by')
  const name = [user.firstName, user.lastName].filter(Boolean).join(' ')
  return { id: user.id, name: name || (user.email ?? user.id) }
}
