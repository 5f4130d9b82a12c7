/** Where the site shows a document of the repository, or one section of it. */
export interface Place {
  /** The document, from the root of the repository. */
  readonly source: string
  /** The heading of the section; without it the whole document. */
  readonly heading?: string
  /** Headings inside it that another page shows. */
  readonly without?: readonly string[]
  /** The page of the site. */
  readonly page: string
  /** The name of the partial in `generated/partials`, which the page includes. */
  readonly partial: string
}

const README = 'packages/hono-oauth/README.md'
const CHAPTER = 'packages/hono-oauth/write-a-provider.md'
const ELSEWHERE = 'packages/hono-oauth/pages-elsewhere.md'
const EMULATOR = 'packages/provider-emulator'
const RESULTS = 'packages/bench/RESULTS.md'

/** Every text that stands in a document of the repository and on the site. */
export const PLACES: readonly Place[] = [
  { source: README, heading: 'Words', page: '/concepts/', partial: 'words' },
  { source: README, heading: 'Settings', page: '/reference/settings', partial: 'settings' },
  { source: README, heading: 'Routes', page: '/reference/routes', partial: 'routes' },
  { source: README, heading: 'In handlers', page: '/reference/handlers', partial: 'handlers' },
  { source: README, heading: 'Cookies', page: '/reference/cookies', partial: 'cookies' },
  { source: README, heading: 'Errors', page: '/guides/your-own-pages', partial: 'errors' },
  { source: README, heading: 'Your own pages', page: '/guides/your-own-pages', partial: 'own-pages' },
  { source: README, heading: 'How a token stays alive', page: '/concepts/renewal', partial: 'renewal' },
  { source: README, heading: 'Health and events', page: '/guides/observe', partial: 'health' },
  { source: README, heading: 'Any OAuth 2.0 server', page: '/providers/oauth2', partial: 'oauth2' },
  { source: README, heading: 'Any OpenID provider', page: '/providers/oidc', partial: 'oidc' },
  { source: README, heading: 'Scopes', page: '/guides/scopes', partial: 'scopes' },
  { source: README, heading: 'The redirect URI', page: '/guides/redirect-uri', partial: 'redirect-uri' },
  { source: README, heading: 'Strict servers', page: '/guides/strict-servers', partial: 'strict-servers' },
  { source: README, heading: 'Webflow', page: '/providers/webflow', partial: 'webflow' },
  { source: README, heading: 'Wix', page: '/providers/wix', partial: 'wix' },
  { source: README, heading: 'Webhooks', page: '/guides/webhooks', partial: 'webhooks' },
  { source: README, heading: 'Stores', without: ['A new key'], page: '/guides/stores', partial: 'stores' },
  { source: README, heading: 'A new key', page: '/guides/change-a-key', partial: 'new-key' },
  { source: README, heading: 'Testing', page: '/guides/testing', partial: 'testing' },
  { source: 'packages/hono-oauth/SECURITY.md', page: '/security', partial: 'security' },
  { source: 'packages/hono-oauth/storage-schema.md', page: '/reference/storage-schema', partial: 'storage-schema' },
  { source: 'packages/hono-oauth/CHANGELOG.md', page: '/changelog', partial: 'changelog' },
  {
    source: CHAPTER,
    without: ['6. A store of your own'],
    page: '/guides/write-a-provider',
    partial: 'write-a-provider',
  },
  { source: CHAPTER, heading: '6. A store of your own', page: '/guides/write-a-store', partial: 'write-a-store' },
  {
    source: ELSEWHERE,
    without: ['A login in a popup'],
    page: '/guides/single-page-apps',
    partial: 'single-page-apps',
  },
  { source: ELSEWHERE, heading: 'A login in a popup', page: '/guides/popups', partial: 'popups' },
  { source: `${EMULATOR}/README.md`, page: '/emulator/', partial: 'emulator' },
  { source: `${EMULATOR}/docs/in-a-test.md`, page: '/emulator/in-a-test', partial: 'emulator-in-a-test' },
  { source: `${EMULATOR}/docs/control.md`, page: '/emulator/control', partial: 'emulator-control' },
  { source: `${EMULATOR}/docs/scenarios.md`, page: '/emulator/scenarios', partial: 'emulator-scenarios' },
  { source: `${EMULATOR}/docs/providers.md`, page: '/emulator/providers', partial: 'emulator-providers' },
  { source: RESULTS, page: '/speed', partial: 'speed' },
  { source: 'README.md', heading: 'Size', page: '/compare', partial: 'size' },
]

/** Pages that show what a document of the repository tells in other words. */
export const NEAR: Readonly<Record<string, string>> = {
  [README]: '/start',
  [`${README}#providers`]: '/providers/',
  [`${README}#security`]: '/security',
  [`${README}#what-they-were-checked-against`]: '/providers/',
  'packages/bench/README.md': '/speed',
}
