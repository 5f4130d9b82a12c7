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
const DOCS = 'packages/hono-oauth/docs'
const CHAPTER = `${DOCS}/write-a-provider.md`
const ELSEWHERE = `${DOCS}/pages-elsewhere.md`
const EMULATOR = 'packages/provider-emulator'
const BENCH = 'packages/bench/README.md'
const RESULTS = 'packages/bench/RESULTS.md'

/** Every text that stands in a document of the repository and on the site. */
export const PLACES: readonly Place[] = [
  { source: `${DOCS}/settings.md`, heading: 'Words', page: '/concepts/', partial: 'words' },
  { source: `${DOCS}/settings.md`, without: ['Words'], page: '/reference/settings', partial: 'settings' },
  { source: `${DOCS}/routes.md`, without: ['Cookies'], page: '/reference/routes', partial: 'routes' },
  { source: `${DOCS}/handlers.md`, page: '/reference/handlers', partial: 'handlers' },
  { source: `${DOCS}/routes.md`, heading: 'Cookies', page: '/reference/cookies', partial: 'cookies' },
  { source: `${DOCS}/errors.md`, without: ['Your own pages'], page: '/guides/your-own-pages', partial: 'errors' },
  { source: `${DOCS}/errors.md`, heading: 'Your own pages', page: '/guides/your-own-pages', partial: 'own-pages' },
  {
    source: `${DOCS}/connections.md`,
    without: ['Health and events', 'Counted'],
    page: '/concepts/renewal',
    partial: 'renewal',
  },
  { source: `${DOCS}/connections.md`, heading: 'Health and events', page: '/guides/observe', partial: 'health' },
  { source: `${DOCS}/any-server.md`, heading: 'Any OAuth 2.0 server', page: '/providers/oauth2', partial: 'oauth2' },
  { source: `${DOCS}/any-server.md`, heading: 'Any OpenID provider', page: '/providers/oidc', partial: 'oidc' },
  { source: `${DOCS}/any-server.md`, heading: 'Scopes', page: '/guides/scopes', partial: 'scopes' },
  {
    source: `${DOCS}/any-server.md`,
    heading: 'The redirect URI',
    page: '/guides/redirect-uri',
    partial: 'redirect-uri',
  },
  {
    source: `${DOCS}/any-server.md`,
    heading: 'Strict servers',
    page: '/guides/strict-servers',
    partial: 'strict-servers',
  },
  { source: `${DOCS}/webflow.md`, page: '/providers/webflow', partial: 'webflow' },
  { source: `${DOCS}/wix.md`, page: '/providers/wix', partial: 'wix' },
  { source: `${DOCS}/mcp.md`, page: '/guides/connect-mcp-servers', partial: 'mcp' },
  { source: `${DOCS}/webhooks.md`, page: '/guides/webhooks', partial: 'webhooks' },
  { source: `${DOCS}/stores.md`, without: ['A new key'], page: '/guides/stores', partial: 'stores' },
  { source: `${DOCS}/stores.md`, heading: 'A new key', page: '/guides/change-a-key', partial: 'new-key' },
  { source: `${DOCS}/testing.md`, page: '/guides/testing', partial: 'testing' },
  { source: 'packages/hono-oauth/SECURITY.md', page: '/security', partial: 'security' },
  { source: `${DOCS}/storage-schema.md`, page: '/reference/storage-schema', partial: 'storage-schema' },
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
  { source: BENCH, heading: 'What is measured', page: '/speed', partial: 'measured' },
  { source: BENCH, heading: 'What the figures do not mean', page: '/speed', partial: 'not-meant' },
  { source: 'README.md', heading: 'Size and speed', page: '/compare', partial: 'size' },
]

/** Pages that show what a document of the repository tells in other words. */
export const NEAR: Readonly<Record<string, string>> = {
  [README]: '/start',
  [`${DOCS}/providers.md`]: '/providers/',
  [`${DOCS}/providers.md#what-they-were-checked-against`]: '/providers/',
  [BENCH]: '/speed',
}
