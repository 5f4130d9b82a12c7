import { Hono } from 'hono'
import type { ProviderBindings, Surroundings } from '../provider.ts'
import type { AuthorizationCodes } from './authorization-codes.ts'
import type { ExampleConfig } from './config.ts'
import type { AccessToken, Grants } from './grants.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Everything the routes of `oauth.example` share. */
export interface ExampleModel {
  readonly surroundings: Surroundings
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
