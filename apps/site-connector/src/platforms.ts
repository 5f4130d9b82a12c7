import type { Connection } from 'hono-oauth'
import type { Env } from './env.ts'
import * as example from './example-api.ts'
import * as github from './github-api.ts'
import * as google from './google-api.ts'
import type { Account, Site } from './provider-api.ts'
import * as webflow from './webflow-api.ts'
import * as wix from './wix-api.ts'

/** A platform's texts, and the calls to its API. */
export interface Platform {
  readonly title: string
  readonly hint: string
  /** Whether it is of use only to developers of this app. */
  readonly forDevelopers?: boolean
  /** What each scope lets this app do, in words. */
  readonly scopes: Readonly<Record<string, string>>
  /** How a person ends the access at a platform that lets no app do it. */
  readonly howToRemove?: string
  /** Missing for a platform without sites. */
  listSites?(connection: Connection): Promise<Site[]>
  getAccount(connection: Connection): Promise<Account>
}

const WIX = {
  ...wix,
  // https://dev.wix.com/docs/build-apps/develop-your-app/app-dashboard-setup/app-settings names this page.
  howToRemove: 'The app is still installed at Wix: to remove it, open Manage Apps in the dashboard of the site.',
  scopes: { 'WIX_DEVELOPERS.MANAGE_APP_INSTANCE': 'See on which site it is installed' },
}

/** The platforms by provider name, in the order of the page. */
export const PLATFORMS = {
  webflow: {
    ...webflow,
    title: 'Webflow',
    hint: 'A workspace, or the sites you choose.',
    scopes: { 'authorized_user:read': 'See who you are', 'sites:read': 'See your sites' },
  },
  wix: { ...WIX, title: 'Wix', hint: 'One of your sites.' },
  github: {
    ...github,
    title: 'GitHub',
    hint: 'Your GitHub account.',
    scopes: { 'read:user': 'See your profile' },
  },
  google: {
    ...google,
    title: 'Google',
    hint: 'Your Google account.',
    scopes: { openid: 'Know your account', email: 'See your email address', profile: 'See your name' },
  },
  'wix-legacy': {
    ...WIX,
    title: 'Wix, custom authentication',
    hint: 'The older login that some apps still use.',
    forDevelopers: true,
  },
  example: {
    ...example,
    title: 'OAuth Example',
    hint: 'A plain OAuth 2.0 server, which only the emulator serves.',
    forDevelopers: true,
    scopes: { openid: 'Know your account', profile: 'See your name', 'items:read': 'See your items' },
  },
} as const satisfies Record<string, Platform>

/** The name of one of this app's providers. */
export type ProviderName = keyof typeof PLATFORMS

/** The platform of a connection. */
export function platformOf(provider: string): Platform {
  return PLATFORMS[provider as ProviderName]
}

/** The title of a platform; the name of one that the app has no longer. */
export function platformTitle(provider: string): string {
  return PLATFORMS[provider as ProviderName]?.title ?? provider
}

/** A text of the library, with the title of the platform that it is about. */
export function namingPlatform(text: string, provider: string | undefined): string {
  if (provider === undefined) return text
  return text.replace(/\b[Tt]he provider\b/g, platformTitle(provider))
}

/** The platforms whose secrets are there. */
export function offeredBy(env: Env): ProviderName[] {
  const secrets: Partial<Record<ProviderName, string | undefined>> = {
    github: env.GITHUB_CLIENT_ID,
    google: env.GOOGLE_CLIENT_ID,
    example: env.EXAMPLE_CLIENT_ID,
  }
  return (Object.keys(PLATFORMS) as ProviderName[]).filter((name) => !Object.hasOwn(secrets, name) || secrets[name])
}
