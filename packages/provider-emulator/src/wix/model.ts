import { Hono } from 'hono'
import type { OneTimeCodes } from '../one-time-codes.ts'
import type { EmulatorServices, ProviderBindings } from '../provider.ts'
import type { WixConfig } from './config.ts'
import type { Instance, Instances } from './instances.ts'
import type { Tokens } from './tokens.ts'
import type { KeyPairs } from './webhook-signature.ts'

/** The install that a code belongs to. */
export interface AuthorizedInstall {
  readonly instance: Instance
  readonly installation: number
}

/** The state that all routes of the emulated Wix share. */
export interface WixModel {
  readonly services: EmulatorServices
  readonly config: WixConfig
  readonly instances: Instances
  readonly tokens: Tokens
  readonly codes: OneTimeCodes<AuthorizedInstall>
  /** The instances of installs that Wix started, by token. A token is valid for one consent. */
  readonly installTokens: Map<string, Instance>
  readonly keyPairs: KeyPairs
}

/** The caller of an API route. */
export interface Caller {
  readonly instance: Instance
  readonly isVisitor: boolean
}

export interface WixEnv {
  Bindings: ProviderBindings
  Variables: { caller: Caller }
}

export const createRoutes = () => new Hono<WixEnv>()
