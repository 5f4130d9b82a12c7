import { ConnectionDocuments } from '../connections/documents.ts'
import { ConnectionEngine } from '../connections/engine.ts'
import { KeyRing } from '../crypto/key-ring.ts'
import { OAuthError } from '../errors.ts'
import { BackChannel } from '../protocol/back-channel.ts'
import type { Provider } from '../providers/contract.ts'
import { UsedStates } from '../transaction/used-states.ts'
import { type CheckedConfig, checkConfig, type OAuthConfig, type Providers } from './config.ts'

/** A configuration at work: everything that is made once and serves many requests. */
export interface Runtime {
  readonly config: CheckedConfig
  readonly ring: KeyRing
  readonly backChannel: BackChannel
  readonly engine: ConnectionEngine
  readonly usedStates: UsedStates
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
  /**
   * The provider of this name.
   *
   * @throws OAuthError `provider_unknown`
   */
  provider(name: string): Provider
}

/**
 * Resolves a configuration once for each `env`.
 *
 * A configuration that takes no `env` is resolved once for all: outside Workers, `env` may be
 * another object on every request.
 */
export function runtimeResolver<E>(
  configure: (env: E) => OAuthConfig<Providers>,
): (env: E) => Runtime {
  const runtimes = new WeakMap<object, Runtime>()
  const everyEnv = {}
  return function resolve(env) {
    const key = configure.length > 0 && typeof env === 'object' && env !== null ? env : everyEnv
    const known = runtimes.get(key)
    if (known) return known
    const runtime = createRuntime(configure(env))
    runtimes.set(key, runtime)
    return runtime
  }
}

function createRuntime(unchecked: OAuthConfig): Runtime {
  const config = checkConfig(unchecked)
  const { providers, store, timeoutMs, fetch, emulator } = config
  const now = () => Math.floor(config.now() / 1000)
  const ring = new KeyRing(config.keys)
  const backChannel = new BackChannel({ timeoutMs, fetch, emulator })
  const documents = new ConnectionDocuments(store, ring, now)
  return {
    config,
    ring,
    backChannel,
    engine: new ConnectionEngine({ providers, documents, backChannel, now }),
    usedStates: new UsedStates(),
    now,
    provider(name) {
      const provider = Object.hasOwn(providers, name) ? providers[name] : undefined
      if (!provider) throw new OAuthError('provider_unknown')
      return provider
    },
  }
}
