import { Hono } from 'hono'
import type { OneTimeCodes } from '../one-time-codes.ts'
import type { EmulatorServices, ProviderBindings } from '../provider.ts'
import type { WixConfig } from './config.ts'
import type { Instance, Instances } from './instances.ts'
import type { Tokens } from './tokens.ts'
import type { KeyPairs } from './webhook-signature.ts'

/** What a code stands for. */
export interface AuthorizedInstall {
  readonly instance: Instance
  readonly installation: number
}

/** Everything the routes of the emulated Wix share. */
export interface WixModel {
  readonly services: EmulatorServices
  readonly config: WixConfig
  readonly instances: Instances
  readonly tokens: Tokens
  readonly codes: OneTimeCodes<AuthorizedInstall>
  /** Tokens of installs that Wix initiated, by value; each is good for one consent. */
  readonly installTokens: Map<string, Instance>
  readonly keyPairs: KeyPairs
}

/** Who calls the API. */
export interface Caller {
  readonly instance: Instance
  readonly isVisitor: boolean
}

export interface WixEnv {
  Bindings: ProviderBindings
  Variables: { caller: Caller }
}

export const createRoutes = () => new Hono<WixEnv>()
