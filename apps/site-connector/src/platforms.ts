import type { Connection } from 'hono-oauth'
import * as example from './example-api.ts'
import * as webflow from './webflow-api.ts'
import * as wix from './wix-api.ts'

/** One site, whatever platform it is on. */
export interface Site {
  readonly id: string
  readonly name: string
}

/** Whoever gave a connection. */
export interface Account {
  readonly id: string
  readonly name: string
}

/** What the app does with a platform: each asks the provider at that moment. */
export interface Platform {
  readonly title: string
  readonly hint: string
  /** Absent where there are none. */
  listSites?(connection: Connection): Promise<Site[]>
  getAccount(connection: Connection): Promise<Account>
}

/** The platforms by their provider's name. */
export const PLATFORMS = {
  webflow: { title: 'Webflow', hint: 'A workspace, or the sites you choose.', ...webflow },
  wix: { title: 'Wix', hint: 'Installs the app on a site of yours.', ...wix },
  'wix-legacy': {
    title: 'Wix, custom authentication',
    hint: 'The older way, for apps that still have it.',
    ...wix,
  },
  example: { title: 'OAuth Example', hint: 'Any other OAuth 2.0 server.', ...example },
} as const satisfies Record<string, Platform>

/** The name of a provider of this app. */
export type ProviderName = keyof typeof PLATFORMS
