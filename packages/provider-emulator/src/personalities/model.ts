import { createGrants, type Grants } from '../grants.ts'
import { createOneTimeCodes, type OneTimeCodes } from '../one-time-codes.ts'
import type { EmulatorServices } from '../provider.ts'
import { createSigningKeys, type SigningKeys } from '../signing-keys.ts'
import type { Granted, Json } from './contexts.ts'
import type { PersonalityOptions } from './options.ts'
import type { Personality } from './personality.ts'

export interface Client {
  readonly id: string
  readonly secret: string
  readonly redirectUris: readonly string[]
  readonly publicKey: Json | undefined
}

/** A valid authorization request, before the user decides. */
export interface LoginRequest {
  readonly redirectUri: string
  readonly sentRedirectUri: string | undefined
  readonly state: string | undefined
  readonly scopes: readonly string[]
  readonly challenge: string | undefined
  readonly nonce: string | undefined
  /** The parameters of the request, of its path and host too. */
  readonly parameters: Readonly<Record<string, string>>
}

/** A code with the login that it stands for. */
export interface Code {
  readonly login: LoginRequest
  readonly granted: Granted
}

/** The state of one personality. */
export interface Model {
  readonly personality: Personality
  readonly services: EmulatorServices
  readonly client: Client
  readonly codes: OneTimeCodes<Code>
  readonly grants: Grants<Granted>
  /** Requests are kept after the decision: a user who goes back and allows again gets a new code. */
  readonly logins: Map<string, LoginRequest>
  readonly keys: SigningKeys
}

function clientOf({ name, secret }: Personality, options: PersonalityOptions): Client {
  const redirectUris = options.redirectUris ?? [
    `https://app.example/auth/${name}/callback`,
    `http://localhost:8787/auth/${name}/callback`,
  ]
  return {
    id: options.clientId ?? `${name}-client-id`,
    secret: options.clientSecret ?? secret ?? `${name}-client-secret`,
    redirectUris,
    publicKey: options.publicKey,
  }
}

export function createModel(
  services: EmulatorServices,
  personality: Personality,
  options: PersonalityOptions = {},
): Model {
  const { codeSeconds = 600, refresh } = personality.token
  const endless = { ...personality.token, lifetime: null, refresh: { kind: 'none' } } as const
  return {
    personality: options.refreshTokens === false ? { ...personality, token: endless } : personality,
    services,
    client: clientOf(personality, options),
    codes: createOneTimeCodes(services.clock, codeSeconds),
    grants: createGrants(services.clock, refresh.lifetime ?? null),
    logins: new Map(),
    keys: createSigningKeys(),
  }
}
