import { ConnectionDocuments } from '../connections/documents.ts'
import { ConnectionEngine } from '../connections/engine.ts'
import { GrantIndex } from '../connections/grants.ts'
import { KeyRing } from '../crypto/key-ring.ts'
import { BackChannel } from '../protocol/back-channel.ts'
import type { Store } from '../stores/contract.ts'
import { UsedStates } from '../transaction/used-states.ts'
import { Deliveries } from '../webhooks/deliveries.ts'
import { type CheckedConfig, checkConfig, type OAuthConfig, type Providers } from './config.ts'

/** A configuration at work: everything that is made once and serves many requests. */
export interface Runtime {
  readonly config: CheckedConfig
  readonly ring: KeyRing
  readonly backChannel: BackChannel
  readonly engine: ConnectionEngine
  readonly grants: GrantIndex
  readonly deliveries: Deliveries
  readonly usedStates: UsedStates
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
}

/** What works over one store, and remembers what it did there. */
interface StoreMemory {
  readonly documents: ConnectionDocuments
  readonly grants: GrantIndex
  readonly deliveries: Deliveries
}

/** What outlives one `env`: outside Workers, `env` may be another object on every request. */
interface Memory {
  readonly usedStates: UsedStates
  readonly rings: Map<string, KeyRing>
  readonly stores: WeakMap<Store, StoreMemory>
}

const MAX_RINGS = 100

/**
 * Resolves a configuration once for each `env`; one that takes no `env` once for all.
 *
 * Used states, derived keys and the memory of a store are kept beyond that.
 */
export function runtimeResolver<E>(
  configure: (env: E) => OAuthConfig<Providers>,
): (env: E) => Runtime {
  const runtimes = new WeakMap<object, Runtime>()
  const memory: Memory = {
    usedStates: new UsedStates(),
    rings: new Map(),
    stores: new WeakMap(),
  }
  const everyEnv = {}
  return function resolve(env) {
    const key = configure.length > 0 && typeof env === 'object' && env !== null ? env : everyEnv
    const known = runtimes.get(key)
    if (known) return known
    const runtime = createRuntime(checkConfig(configure(env)), memory)
    runtimes.set(key, runtime)
    return runtime
  }
}

function createRuntime(config: CheckedConfig, memory: Memory): Runtime {
  const { providers, store, timeoutMs, fetch, emulator } = config
  const now = () => Math.floor(config.now() / 1000)
  const ring = recallRing(config.keys, memory.rings)
  const backChannel = new BackChannel({ timeoutMs, fetch, emulator })
  const parts = memory.stores.get(store) ?? {
    documents: new ConnectionDocuments(store, ring, now),
    grants: new GrantIndex(store),
    deliveries: new Deliveries(store),
  }
  memory.stores.set(store, parts)
  const engine = new ConnectionEngine({ providers, ...parts, backChannel, now })
  const { usedStates } = memory
  return { config, ring, backChannel, engine, ...parts, usedStates, now }
}

function recallRing(keys: OAuthConfig['keys'], rings: Map<string, KeyRing>): KeyRing {
  const name = JSON.stringify(keys)
  const ring = rings.get(name) ?? new KeyRing(keys)
  if (rings.size >= MAX_RINGS) rings.clear()
  rings.set(name, ring)
  return ring
}
