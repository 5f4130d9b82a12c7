import type { Connection } from 'hono-oauth'
import type { Account, Site } from './platforms.ts'
import { getJson } from './provider-api.ts'

interface AppInstance {
  readonly site: { readonly siteId: string; readonly siteDisplayName?: string }
}

/** The site that the app is installed on: a connection of Wix is for one site. */
export async function listSites(connection: Connection): Promise<Site[]> {
  return [await getAccount(connection)]
}

/** The site stands for whoever installed the app: Wix names no person without more permissions. */
export async function getAccount(connection: Connection): Promise<Account> {
  const { site } = await getJson<AppInstance>(connection, '/apps/v1/instance')
  return { id: site.siteId, name: site.siteDisplayName || site.siteId }
}
