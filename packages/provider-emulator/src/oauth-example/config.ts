import { checkRegisteredUrl } from '../urls.ts'
import {
  DEFAULT_OAUTH_EXAMPLE_CLIENT,
  DEFAULT_OAUTH_EXAMPLE_USERS,
  OAUTH_EXAMPLE_SCOPES,
} from './defaults.ts'
import type {
  OauthExampleClientOptions,
  OauthExampleGrantType,
  OauthExampleOptions,
} from './options.ts'

export const ISSUER = 'https://oauth.example'
export const FOREIGN_ISSUER = 'https://issuer.example'

export type ExampleClient = Required<Omit<OauthExampleClientOptions, 'secret'>> &
  Pick<OauthExampleClientOptions, 'secret'>

export interface ExampleConfig extends Required<Omit<OauthExampleOptions, 'clients'>> {
  readonly clients: readonly ExampleClient[]
}

const PUBLIC_GRANT_TYPES: readonly OauthExampleGrantType[] = ['authorization_code', 'refresh_token']
export const GRANT_TYPES: readonly OauthExampleGrantType[] = [
  ...PUBLIC_GRANT_TYPES,
  'client_credentials',
]

function resolveClient(
  client: OauthExampleClientOptions,
  options: OauthExampleOptions,
): ExampleClient {
  const isPublic = client.secret === undefined
  const grantTypes = client.grantTypes ?? (isPublic ? PUBLIC_GRANT_TYPES : GRANT_TYPES)
  if (client.secret === '') throw new Error('"secret": an empty secret protects nothing.')
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
    name: 'Example App',
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

/** Fills in the defaults and refuses what cannot work, naming the setting. */
export function resolveConfig(options: OauthExampleOptions = {}): ExampleConfig {
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
    clients: clients.map((client) => resolveClient(client, options)),
  }
  checkSeconds(config)
  return config
}
