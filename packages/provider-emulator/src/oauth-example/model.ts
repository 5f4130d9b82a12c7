import { Hono } from 'hono'
import type { EmulatorServices, ProviderBindings } from '../provider.ts'
import type { SigningKeys } from '../signing-keys.ts'
import type { ExampleConfig } from './config.ts'
import type { AccessToken, AuthorizationCodes, Grants } from './grants.ts'

/** The state that all routes of `oauth.example` share. */
export interface ExampleModel {
  readonly services: EmulatorServices
  readonly config: ExampleConfig
  readonly codes: AuthorizationCodes
  readonly grants: Grants
  readonly signingKeys: SigningKeys
}

export interface ExampleEnv {
  Bindings: ProviderBindings
  Variables: { token: AccessToken }
}

export const createRoutes = () => new Hono<ExampleEnv>()
