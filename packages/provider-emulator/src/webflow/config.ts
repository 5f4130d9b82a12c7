import { randomHex } from '../encoding.ts'
import { checkRegisteredUrl } from '../urls.ts'
import type {
  WebflowClientOptions,
  WebflowLocale,
  WebflowOptions,
  WebflowSite,
  WebflowSiteToken,
  WebflowUser,
  WebflowWorkspace,
  WebflowWorkspaceToken,
} from './options.ts'

/** The scopes that an app can register, from Webflow's documentation and changelog. */
export const WEBFLOW_SCOPES: readonly string[] = [
  'assets:read',
  'assets:write',
  'authorized_user:read',
  'cms:read',
  'cms:write',
  'comments:read',
  'comments:write',
  'components:read',
  'components:write',
  'custom_code:read',
  'custom_code:write',
  'ecommerce:read',
  'ecommerce:write',
  'forms:read',
  'forms:write',
  'pages:read',
  'pages:write',
  'sites:read',
  'sites:write',
  'site_activity:read',
  'site_config:read',
  'site_config:write',
  'users:read',
  'users:write',
  'workspace:read',
  'workspace:write',
]

/** The app that is registered by default. */
export const DEFAULT_WEBFLOW_CLIENT: WebflowClientOptions = {
  id: '739dc78b0704716e8aadab301466757fa41afbca5f31aa91a79a35e8708a5866',
  secret: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
  applicationId: '55131cd036c09f7d07883dfc',
  description: 'An app that was registered with the emulator',
  homepage: 'https://app.example',
  redirectUris: ['http://localhost:8787/auth/webflow/callback'],
  webhookUrl: 'http://localhost:8787/auth/webflow/webhook',
}

/** The user of the consent page. */
export const DEFAULT_WEBFLOW_USER: WebflowUser = {
  id: '545bbecb7bdd6769632504a7',
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Example',
}

/** The workspace of all default sites. */
export const DEFAULT_WEBFLOW_WORKSPACE: WebflowWorkspace = {
  id: '52f3a1b2c3d4e5f601234567',
  slug: 'acme-studio',
  name: 'Acme Studio',
}

const english: WebflowLocale = {
  id: '653fd9af6a07fc9cfd7a5e57',
  cmsLocaleId: '653ad57de882f528b32e810e',
  enabled: true,
  displayName: 'English (United States)',
  redirect: true,
  subdirectory: '',
  tag: 'en-US',
}

const defaultSite = (id: string, displayName: string, shortName: string): WebflowSite => ({
  id,
  workspaceId: DEFAULT_WEBFLOW_WORKSPACE.id,
  displayName,
  shortName,
  previewUrl: `https://screenshots.webflow.com/sites/${id}/20240101000000.png`,
  timeZone: 'Europe/Berlin',
  createdOn: '2024-01-15T09:30:00.000Z',
  lastUpdated: '2024-05-02T16:45:00.000Z',
  lastPublished: '2024-05-02T16:47:12.000Z',
  parentFolderId: null,
  customDomains: [
    {
      id: `${id.slice(0, 20)}d0d0`,
      url: `www.${shortName}.example`,
      lastPublished: '2024-05-02T16:47:12.000Z',
    },
  ],
  locales: { primary: english, secondary: [] },
  dataCollectionEnabled: false,
  dataCollectionType: 'disabled',
})

/** Three sites of one workspace. */
export const DEFAULT_WEBFLOW_SITES: readonly WebflowSite[] = [
  defaultSite('62f3b1f7eafac55d0c64ef91', 'Acme Bakery', 'acme-bakery'),
  defaultSite('62f3b1f7eafac55d0c64ef92', 'Acme Journal', 'acme-journal'),
  defaultSite('62f3b1f7eafac55d0c64ef93', 'Acme Shop', 'acme-shop'),
]

/** A token from the settings page of the first default site. */
export const DEFAULT_WEBFLOW_SITE_TOKEN: WebflowSiteToken = {
  token: '5174000000000000000000000000000000000000000000000000000000000001',
  siteId: '62f3b1f7eafac55d0c64ef91',
  scopes: ['cms:read', 'pages:read', 'sites:read'],
}

/** A token from the settings page of the default workspace. */
export const DEFAULT_WEBFLOW_WORKSPACE_TOKEN: WebflowWorkspaceToken = {
  token: 'ws-3a5c000000000000000000000000000000000000000000000000000000000002',
  workspaceId: DEFAULT_WEBFLOW_WORKSPACE.id,
  scopes: ['workspace_activity:read'],
}

export type WebflowClient = Required<Omit<WebflowClientOptions, 'webhookUrl'>> &
  Pick<WebflowClientOptions, 'webhookUrl'>

export interface WebflowConfig
  extends Required<Omit<WebflowOptions, 'clients' | 'accessTokenFields' | 'tokenErrorStatus' | 'revocation'>> {
  readonly clients: readonly WebflowClient[]
  readonly accessTokenFields: NonNullable<WebflowOptions['accessTokenFields']>
  readonly tokenErrorStatus: { readonly grant: number; readonly client: number }
  readonly revocation: Required<NonNullable<WebflowOptions['revocation']>>
}

function resolveClient(client: WebflowClientOptions, options: WebflowOptions, appName: string): WebflowClient {
  if (client.redirectUris.length === 0) {
    throw new Error('"redirectUris": a client needs at least one redirect URI.')
  }
  for (const uri of client.redirectUris) {
    checkRegisteredUrl('redirectUris', uri, options.insecureRedirectUris ?? 'loopback')
  }
  if (client.webhookUrl !== undefined) {
    checkRegisteredUrl('webhookUrl', client.webhookUrl, 'loopback')
  }
  return {
    scopes: WEBFLOW_SCOPES,
    name: appName,
    description: '',
    homepage: 'https://app.example',
    applicationId: randomHex(12),
    installation: 'multiple',
    ...client,
  }
}

/** Adds the defaults. Throws for a setting that cannot work, and names it. */
export function resolveConfig(options: WebflowOptions | undefined = {}, appName: string): WebflowConfig {
  const clients = options.clients ?? [DEFAULT_WEBFLOW_CLIENT]
  const workspaces = options.workspaces ?? [DEFAULT_WEBFLOW_WORKSPACE]
  const sites = options.sites ?? DEFAULT_WEBFLOW_SITES
  if (workspaces.length === 0) throw new Error('"workspaces": there must be at least one.')
  for (const site of sites) {
    if (!workspaces.some(({ id }) => id === site.workspaceId)) {
      throw new Error(`"sites": the site ${site.id} belongs to none of the "workspaces".`)
    }
  }
  return {
    user: DEFAULT_WEBFLOW_USER,
    // The default tokens give access only to the default sites.
    siteTokens: options.sites === undefined ? [DEFAULT_WEBFLOW_SITE_TOKEN] : [],
    workspaceTokens: options.workspaces === undefined ? [DEFAULT_WEBFLOW_WORKSPACE_TOKEN] : [],
    rateLimit: 60,
    wrongSecretError: 'invalid_client',
    grantType: 'optional',
    basicAuthentication: 'ignored',
    openApiTokenPath: 'not-found',
    pkce: 'ignore',
    omittedScope: 'all-registered',
    redirectUriMatch: 'exact',
    insecureRedirectUris: 'loopback',
    siteParameter: 'ignored',
    introspectScopeSeparator: 'comma',
    reauthorizationId: 'same',
    olderTokens: 'stay-valid',
    accessTokenIdleDays: null,
    ...options,
    clients: clients.map((client) => resolveClient(client, options, appName)),
    workspaces,
    sites,
    accessTokenFields: options.accessTokenFields ?? {},
    tokenErrorStatus: { grant: 400, client: 401, ...options.tokenErrorStatus },
    revocation: { form: true, errorStatus: 400, clientErrorStatus: 401, ...options.revocation },
  }
}
