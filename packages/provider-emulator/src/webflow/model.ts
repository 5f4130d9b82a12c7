import { Hono } from 'hono'
import type { OneTimeCodes } from '../one-time-codes.ts'
import type { EmulatorServices, ProviderBindings } from '../provider.ts'
import type { WebflowClient, WebflowConfig } from './config.ts'
import type { AccessToken, Grants } from './grants.ts'
import type { Selection } from './selection.ts'

export interface CodeChallenge {
  readonly value: string
  readonly method: string
}

/** The user's consent, and the values that the token request must repeat. */
export interface AuthorizedRequest {
  readonly client: WebflowClient
  readonly scopes: readonly string[]
  readonly selection: Selection
  /** The redirect_uri of the authorization request. Undefined if it had none. */
  readonly sentRedirectUri: string | undefined
  readonly challenge: CodeChallenge | undefined
}

export type WebflowCodes = OneTimeCodes<AuthorizedRequest>

/** The state that all routes of the emulated Webflow share. */
export interface WebflowModel {
  readonly services: EmulatorServices
  readonly config: WebflowConfig
  readonly codes: WebflowCodes
  readonly grants: Grants
}

export interface WebflowEnv {
  Bindings: ProviderBindings
  Variables: { token: AccessToken }
}

export const createRoutes = () => new Hono<WebflowEnv>()
