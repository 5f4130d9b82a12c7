import type { Connection } from 'hono-oauth'
import { type Account, getJson, type Site } from './provider-api.ts'

interface AppInstance {
  readonly site: { readonly siteId: string; readonly siteDisplayName?: string }
}

/** A Wix connection covers one site: the one that has the app. */
export async function listSites(connection: Connection): Promise<Site[]> {
  return [await getAccount(connection)]
}

/** The site stands for the account: Wix names a person only to an app with more permissions. */
export async function getAccount(connection: Connection): Promise<Account> {
  const { site } = await getJson<AppInstance>(connection, '/apps/v1/instance')
  return { id: site.siteId, name: site.siteDisplayName || site.siteId }
}
