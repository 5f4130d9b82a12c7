import { randomHex } from '../encoding.ts'
import { checkRegisteredUrl } from '../urls.ts'
import {
  DEFAULT_WEBFLOW_CLIENT,
  DEFAULT_WEBFLOW_SITE_TOKEN,
  DEFAULT_WEBFLOW_SITES,
  DEFAULT_WEBFLOW_USER,
  DEFAULT_WEBFLOW_WORKSPACE,
  DEFAULT_WEBFLOW_WORKSPACE_TOKEN,
  WEBFLOW_SCOPES,
} from './defaults.ts'
import type { WebflowClientOptions, WebflowOptions } from './options.ts'

export type WebflowClient = Required<WebflowClientOptions>

export interface WebflowConfig
  extends Required<
    Omit<WebflowOptions, 'clients' | 'accessTokenFields' | 'tokenErrorStatus' | 'revocation'>
  > {
  readonly clients: readonly WebflowClient[]
  readonly accessTokenFields: NonNullable<WebflowOptions['accessTokenFields']>
  readonly tokenErrorStatus: { readonly grant: number; readonly client: number }
  readonly revocation: Required<NonNullable<WebflowOptions['revocation']>>
}

function resolveClient(client: WebflowClientOptions, options: WebflowOptions): WebflowClient {
  if (client.redirectUris.length === 0) {
    throw new Error('"redirectUris": a client needs at least one redirect URI.')
  }
  for (const uri of client.redirectUris) {
    checkRegisteredUrl('redirectUris', uri, options.insecureRedirectUris ?? 'loopback')
  }
  return {
    scopes: WEBFLOW_SCOPES,
    name: 'My Amazing App',
    description: '',
    homepage: 'https://app.example',
    applicationId: randomHex(12),
    installation: 'multiple',
    ...client,
  }
}

/** Fills in the defaults and refuses what cannot work, naming the setting. */
export function resolveConfig(options: WebflowOptions = {}): WebflowConfig {
  const clients = options.clients ?? [DEFAULT_WEBFLOW_CLIENT]
  const workspaces = options.workspaces ?? [DEFAULT_WEBFLOW_WORKSPACE]
  const sites = options.sites ?? DEFAULT_WEBFLOW_SITES
  if (workspaces.length === 0) throw new Error('"workspaces": there must be at least one.')
  for (const site of sites) {
    if (!workspaces.some(({ id }) => id === site.workspaceId)) {
      throw new Error(`"sites": the site ${site.id} belongs to no configured workspace.`)
    }
  }
  return {
    user: DEFAULT_WEBFLOW_USER,
    // The default tokens are for default sites; with others they would open nothing.
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
    clients: clients.map((client) => resolveClient(client, options)),
    workspaces,
    sites,
    accessTokenFields: options.accessTokenFields ?? {},
    tokenErrorStatus: { grant: 400, client: 401, ...options.tokenErrorStatus },
    revocation: { form: true, errorStatus: 400, clientErrorStatus: 401, ...options.revocation },
  }
}
