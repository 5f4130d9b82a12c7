import type { Connection } from 'hono-oauth'

/** One site, whatever platform it is on. */
export interface Site {
  readonly id: string
  readonly name: string
}

/** Whoever gave the connection. */
export interface Account {
  readonly id: string
  readonly name: string
}

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

/** The sites that a connection covers, as Webflow lists them at this moment. */
export async function listSites(connection: Connection): Promise<Site[]> {
  const { sites } = await getJson<{ sites: WebflowSite[] }>(connection, '/v2/sites')
  return sites.map(({ id, displayName, shortName }) => ({
    id,
    name: displayName ?? shortName ?? id,
  }))
}

/** The person who allowed a connection. */
export async function getAccount(connection: Connection): Promise<Account> {
  const user = await getJson<WebflowUser>(connection, '/v2/token/authorized_by')
  const name = [user.firstName, user.lastName].filter(Boolean).join(' ')
  return { id: user.id, name: name || (user.email ?? user.id) }
}

async function getJson<Body>(connection: Connection, path: string): Promise<Body> {
  const response = await connection.fetch(path)
  if (response.ok) return response.json()
  await response.body?.cancel()
  throw new WebflowUnavailable(response.status, response.headers.get('retry-after'))
}

/** Webflow answered, but not with what was asked for. */
export class WebflowUnavailable extends Error {
  override readonly name = 'WebflowUnavailable'
  readonly retryAfter: string | null

  constructor(status: number, retryAfter: string | null) {
    super(`Webflow answered ${status}`)
    this.retryAfter = retryAfter
  }
}
