import type { Context } from 'hono'
import { CircuitBreaker } from '../connections/circuit-breaker.ts'
import { Connections, type WaitUntil } from '../connections/connections.ts'
import { ConnectionDocuments } from '../connections/documents.ts'
import { ConnectionEngine } from '../connections/engine.ts'
import { tell } from '../connections/events.ts'
import { GrantIndex } from '../connections/grants.ts'
import { healthOf } from '../connections/health.ts'
import { type ConnectionHome, isHostingStore } from '../connections/home.ts'
import type { ConnectionRecord } from '../connections/record.ts'
import { RenewalMemory } from '../connections/renewal-memory.ts'
import { RenewalSlots } from '../connections/renewal-slots.ts'
import { summarize } from '../connections/summary.ts'
import { KeyRing } from '../crypto/key-ring.ts'
import { OAuthError } from '../errors.ts'
import { BackChannel } from '../protocol/back-channel.ts'
import type { Provider } from '../providers/contract.ts'
import type { Store } from '../stores/contract.ts'
import { LoginRounds } from '../transaction/login-rounds.ts'
import { UsedStates } from '../transaction/used-states.ts'
import { Deliveries } from '../webhooks/deliveries.ts'
import {
  type CheckedConfig,
  checkConfig,
  type OAuthConfig,
  type Providers,
  storeOf,
} from './config.ts'
import { Cookies } from './cookies.ts'
import { waitUntilOf } from './keep-alive.ts'
import { type Rotation, type RotationOptions, rotateKeys } from './rotate-keys.ts'

/** A configuration at work: everything that is made once and serves many requests. */
export interface Runtime {
  readonly config: CheckedConfig
  readonly ring: KeyRing
  readonly backChannel: BackChannel
  readonly deliveries: Deliveries
  readonly usedStates: UsedStates
  readonly rounds: LoginRounds
  readonly cookies: Cookies
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
  /**
   * The provider of a name.
   *
   * @throws OAuthError `provider_unknown`
   */
  readonly provider: (name: string) => Provider
  /** The connections, as one request or job uses them. */
  readonly connections: (c?: Context | WaitUntil) => Connections
  /**
   * An engine over a store that nobody else writes to.
   *
   * @param openStore - gets the clock, in milliseconds since the epoch
   */
  readonly engineOver: (openStore: (now: () => number) => Store) => ConnectionEngine
  readonly tell: (event: Parameters<typeof tell>[1]) => Promise<void>
  /** Seals what is stored with the newest key. */
  readonly rotateKeys: (options: RotationOptions) => Promise<Rotation>
}

/** What works over one store, and remembers what it did there. */
interface StoreMemory {
  readonly documents: ConnectionDocuments
  readonly renewals: RenewalMemory
  readonly deliveries: Deliveries
}

/** What outlives one `env`: outside Workers, `env` may be another object on every request. */
interface Memory {
  readonly usedStates: UsedStates
  readonly rounds: LoginRounds
  readonly breaker: CircuitBreaker
  readonly slots: RenewalSlots
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
    rounds: new LoginRounds(),
    breaker: new CircuitBreaker(),
    slots: new RenewalSlots(),
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
  const { providers, timeoutMs, fetch, emulator, origin, basePath } = config
  const now = () => Math.floor(config.now() / 1000)
  const ring = recallRing(config.keys, memory.rings)
  const backChannel = new BackChannel({ timeoutMs, fetch, emulator })

  function provider(name: string): Provider {
    const found = Object.hasOwn(providers, name) ? providers[name] : undefined
    if (!found) throw new OAuthError('provider_unknown')
    return found
  }

  function recall(store: Store): StoreMemory {
    const known = memory.stores.get(store)
    if (known) return known
    const documents = new ConnectionDocuments(store, ring, now, (record) => {
      console.error(`what is stored for ${record.id} does not open`)
      // The provider may have left the configuration.
      if (!Object.hasOwn(providers, record.provider)) return
      void shared.tell({ type: 'needs_reauth', connection: shared.summarize(record) })
    })
    const made = { documents, renewals: new RenewalMemory(), deliveries: new Deliveries(store) }
    memory.stores.set(store, made)
    return made
  }

  /** Providers that stand for one app share its grants, and one store finds them. */
  function grants(name: string): GrantIndex {
    const realmOf = (each: string) => provider(each).webhooks?.realm ?? each
    const realm = realmOf(name)
    const host = Object.keys(providers).find((each) => realmOf(each) === realm) ?? name
    return new GrantIndex(storeOf(config, host), realm)
  }

  const shared = {
    backChannel,
    breaker: memory.breaker,
    slots: memory.slots,
    maxRenewalsAtOnce: config.maxRenewalsAtOnce,
    now,
    provider,
    grants,
    summarize: (record: ConnectionRecord) => {
      const health = healthOf(provider(record.provider), record, now())
      return summarize(record, health, `${origin}${basePath}/${record.provider}/login`)
    },
    tell: (event: Parameters<typeof tell>[1]) => tell(config.onEvent, event, now()),
    random: Math.random,
    pause: (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds)),
  }
  const engineOver = (store: Store, isSoleWriter: boolean) => {
    const { documents, renewals } = recall(store)
    return new ConnectionEngine({ ...shared, documents, renewals, isSoleWriter })
  }
  const homes = new Map<Store, ConnectionHome>()
  function home(name: string): ConnectionHome {
    const store = storeOf(config, name)
    const known = homes.get(store)
    if (known) return known
    const { documents } = recall(store)
    const made = isHostingStore(store) ? store.openHome(documents) : engineOver(store, false)
    homes.set(store, made)
    return made
  }

  const tools = { ...shared, providers, home }
  return {
    config,
    ring,
    backChannel,
    deliveries: recall(config.store).deliveries,
    usedStates: memory.usedStates,
    rounds: memory.rounds,
    cookies: new Cookies(origin, basePath),
    now,
    provider,
    connections: (c) => new Connections(tools, typeof c === 'function' ? c : c && waitUntilOf(c)),
    engineOver: (openStore) => engineOver(openStore(config.now), true),
    tell: shared.tell,
    rotateKeys(options) {
      const stores = new Set(Object.keys(providers).map((name) => storeOf(config, name)))
      // Objects do it by themselves, when they are used or woken, each week: nobody could name them all.
      const ours = [...stores].filter((each) => !isHostingStore(each))
      return rotateKeys(
        ours.map((store) => recall(store).documents),
        options,
      )
    },
  }
}

function recallRing(keys: OAuthConfig['keys'], rings: Map<string, KeyRing>): KeyRing {
  const name = JSON.stringify(keys)
  const ring = rings.get(name) ?? new KeyRing(keys)
  if (rings.size >= MAX_RINGS) rings.clear()
  rings.set(name, ring)
  return ring
}
