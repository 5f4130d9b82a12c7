import { checkRegisteredUrl } from '../urls.ts'
import type {
  OauthExampleClientOptions,
  OauthExampleGrantType,
  OauthExampleOptions,
  OauthExampleUser,
} from './options.ts'

/** The scopes that a client can register. */
export const OAUTH_EXAMPLE_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'items:read', 'items:write']

/** The client that is registered by default. */
export const DEFAULT_OAUTH_EXAMPLE_CLIENT: OauthExampleClientOptions & { readonly secret: string } = {
  id: 'example-client',
  // These characters change their meaning if a client does not encode them in HTTP Basic.
  secret: 'example-secret:with+%/=characters',
  redirectUris: ['http://localhost:8787/auth/example/callback'],
}

/** The accounts of the consent page. With `consent: 'auto'`, the first one signs in. */
export const DEFAULT_OAUTH_EXAMPLE_USERS: readonly OauthExampleUser[] = [
  { sub: 'user-1001', name: 'Ada Example', email: 'ada@example.com' },
  { sub: 'user-1002', name: 'Grace Example', email: 'grace@example.com' },
]

export const ISSUER = 'https://oauth.example'

export type ExampleClient = Required<Omit<OauthExampleClientOptions, 'secret'>> &
  Pick<OauthExampleClientOptions, 'secret'>

export interface ExampleConfig extends Required<Omit<OauthExampleOptions, 'clients'>> {
  readonly clients: readonly ExampleClient[]
}

const PUBLIC_GRANT_TYPES: readonly OauthExampleGrantType[] = ['authorization_code', 'refresh_token']
export const GRANT_TYPES: readonly OauthExampleGrantType[] = [...PUBLIC_GRANT_TYPES, 'client_credentials']

function resolveClient(
  client: OauthExampleClientOptions,
  options: OauthExampleOptions,
  appName: string,
): ExampleClient {
  const isPublic = client.secret === undefined
  const grantTypes = client.grantTypes ?? (isPublic ? PUBLIC_GRANT_TYPES : GRANT_TYPES)
  if (client.secret === '') {
    throw new Error('"secret" must not be empty. Omit it for a public client.')
  }
  if (isPublic && grantTypes.includes('client_credentials')) {
    throw new Error('"grantTypes": a public client cannot have client_credentials.')
  }
  if (client.redirectUris.length === 0 && grantTypes.includes('authorization_code')) {
    throw new Error('"redirectUris": a client needs at least one redirect URI.')
  }
  for (const uri of client.redirectUris) {
    checkRegisteredUrl('redirectUris', uri, options.insecureRedirectUris ?? 'loopback')
  }
  return {
    scopes: OAUTH_EXAMPLE_SCOPES,
    name: appName,
    authMethods: ['client_secret_basic', 'client_secret_post'],
    ...client,
    grantTypes,
  }
}

function checkSeconds(config: ExampleConfig): void {
  const { accessTokenSeconds, codeSeconds, graceSeconds, refreshTokenSeconds } = config
  const seconds = {
    accessTokenSeconds,
    codeSeconds,
    graceSeconds,
    refreshTokenSeconds: refreshTokenSeconds ?? 0,
  }
  for (const [name, value] of Object.entries(seconds)) {
    if (!Number.isFinite(value) || value < 0) {
      throw new Error(`"${name}" must be a number of seconds, zero or more.`)
    }
  }
}

/** Adds the defaults. Throws for a setting that cannot work, and names it. */
export function resolveConfig(options: OauthExampleOptions | undefined = {}, appName: string): ExampleConfig {
  const clients = options.clients ?? [DEFAULT_OAUTH_EXAMPLE_CLIENT]
  const users = options.users ?? DEFAULT_OAUTH_EXAMPLE_USERS
  if (users.length === 0) throw new Error('"users": there must be at least one.')
  const config: ExampleConfig = {
    accessTokenSeconds: 60 * 60,
    codeSeconds: 60,
    refreshTokenSeconds: null,
    rotation: 'always',
    reuseDetection: true,
    graceSeconds: 0,
    pkce: 'required',
    issParameter: true,
    basicSecretDecoding: 'form',
    invalidClientStatus: 400,
    omittedScope: 'all-registered',
    revokedAccessToken: 'token',
    revokedUsedRefreshToken: 'nothing',
    lostResponse: 'silence',
    insecureRedirectUris: 'loopback',
    ...options,
    users,
    clients: clients.map((client) => resolveClient(client, options, appName)),
  }
  checkSeconds(config)
  return config
}
