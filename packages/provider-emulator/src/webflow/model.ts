import { Hono } from 'hono'
import type { ProviderBindings, Surroundings } from '../provider.ts'
import type { Codes } from './codes.ts'
import type { WebflowConfig } from './config.ts'
import type { AccessToken, Grants } from './grants.ts'

/** Everything the routes of the emulated Webflow share. */
export interface WebflowModel {
  readonly surroundings: Surroundings
  readonly config: WebflowConfig
  readonly codes: Codes
  readonly grants: Grants
}

export interface WebflowEnv {
  Bindings: ProviderBindings
  Variables: { token: AccessToken }
}

export const createRoutes = () => new Hono<WebflowEnv>()
