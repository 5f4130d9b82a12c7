import type { Connection } from 'hono-oauth'
import * as example from './example-api.ts'
import type { Account, Site } from './provider-api.ts'
import * as webflow from './webflow-api.ts'
import * as wix from './wix-api.ts'

/** A platform's texts, and the calls to its API. */
export interface Platform {
  readonly title: string
  readonly hint: string
  /** Missing for a platform without sites. */
  listSites?(connection: Connection): Promise<Site[]>
  getAccount(connection: Connection): Promise<Account>
}

/** The platforms by provider name. */
export const PLATFORMS = {
  webflow: { title: 'Webflow', hint: 'Connect a workspace, or the sites you choose.', ...webflow },
  wix: { title: 'Wix', hint: 'Install the app on one of your sites.', ...wix },
  'wix-legacy': {
    title: 'Wix, custom authentication',
    hint: 'Install the app with the older login that some apps still use.',
    ...wix,
  },
  example: {
    title: 'OAuth Example',
    hint: 'Connect an account of any OAuth 2.0 server.',
    ...example,
  },
} as const satisfies Record<string, Platform>

/** The name of one of this app's providers. */
export type ProviderName = keyof typeof PLATFORMS
