import type { Context } from 'hono'
import { BoundedMap } from '../bounded-map.ts'
import { summarize } from '../connections/connection.ts'
import { ConnectionAccess } from '../connections/connection-access.ts'
import { type Engine, hasEngine } from '../connections/engine-contract.ts'
import { type ConnectionEvent, notify, type ReportedEvent } from '../connections/events.ts'
import { KeyRing } from '../crypto/key-ring.ts'
import { CircuitBreaker } from '../engine/circuit-breaker.ts'
import { ConnectionEngine } from '../engine/engine.ts'
import { localLeases, storedLeases } from '../engine/leases.ts'
import { RenewalMemory } from '../engine/renewal-memory.ts'
import { storedStates } from '../engine/used-states.ts'
import { OAuthError } from '../errors.ts'
import { BackChannel, isLoopback } from '../protocol/back-channel.ts'
import type { AppIdentity, Provider } from '../providers/contract.ts'
import type { Store } from '../stores/contract.ts'
import { observer } from '../telemetry.ts'
import { UsedStates } from '../transaction/transaction.ts'
import type { Owner, WaitUntil } from '../vault/address.ts'
import { opensTo } from '../vault/document.ts'
import { GrantIndex } from '../vault/grant-index.ts'
import { providerNotes } from '../vault/notes.ts'
import { type ConnectionRecord, healthOf } from '../vault/record.ts'
import { Vault, VaultMemory } from '../vault/vault.ts'
import { Deliveries } from '../webhooks/deliveries.ts'
import { type CheckedConfig, type OAuthConfig, redirectUriOf, storeOf } from './config.ts'
import { Cookies } from './cookies.ts'
import { writeEntry } from './log.ts'
import { type LoginLink, loginLink } from './login-link.ts'
import { type Rotation, type RotationOptions, rotateKeys } from './rotate-keys.ts'

/** The objects of one configuration, which are made once and serve many requests. */
export type Runtime = ReturnType<typeof createRuntime>

/** One request, at one provider. */
export interface Visit {
  readonly c: Context
  readonly runtime: Runtime
  /** The name of the provider. */
  readonly name: string
}

/** What this isolate remembers of one store, for one key ring. */
interface StoreMemory {
  readonly vault: VaultMemory
  readonly renewals: RenewalMemory
  readonly deliveries: Deliveries
}

/** What this isolate remembers for all environments of one `createOAuth`. */
export class IsolateMemory {
  readonly usedStates = new UsedStates()
  /** The subjects of the warnings that the log has. */
  readonly warned = new Set<string>()
  /** Whether the app has asked for the routes. */
  isMounted = false
  /** The store of the last configuration that keeps connections in memory alone. */
  volatileStore: Store | undefined
  readonly #rings = new BoundedMap<KeyRing>()
  readonly #stores = new WeakMap<Store, Map<KeyRing, StoreMemory>>()

  /** @throws OAuthError `configuration_invalid` */
  ring(keys: OAuthConfig['keys']): KeyRing {
    const name = JSON.stringify(keys)
    const ring = this.#rings.get(name) ?? new KeyRing(keys)
    this.#rings.set(name, ring)
    return ring
  }

  /** The memory of a store. A store that several environments share has a memory for each of their key rings. */
  store(store: Store, ring: KeyRing): StoreMemory {
    const memories = this.#stores.get(store) ?? new Map<KeyRing, StoreMemory>()
    this.#stores.set(store, memories)
    const known = memories.get(ring)
    if (known) return known
    const made = { vault: new VaultMemory(), renewals: new RenewalMemory(), deliveries: new Deliveries(store) }
    memories.set(ring, made)
    return made
  }
}

/** The route of a provider with the client id metadata document of this app. */
export const CLIENT_DOCUMENT = 'client.json'

const MAKE_ONCE = 'Make it once, outside of createOAuth'

/** Makes the runtime of a configuration. */
export function createRuntime(config: CheckedConfig, memory: IsolateMemory) {
  const { providers, timeoutMs, fetch, emulator, origin, publicPath } = config
  const now = () => Math.floor(config.now() / 1000)
  const ring = memory.ring(config.keys)
  const isLocal = isLoopback(new URL(origin))
  const observe = observer(config.telemetry)
  const backChannel = new BackChannel({ timeoutMs, fetch, emulator, observe })
  const pacing = {
    now,
    random: Math.random,
    pause: (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds)),
  }

  /** Writes to the log what looks wrong in a setting, once. */
  function warn(setting: string, problem: string, level: 'warn' | 'info' = 'warn'): void {
    if (memory.warned.has(setting)) return
    memory.warned.add(setting)
    writeEntry(config.logger, { level, code: 'configuration_invalid', message: `${setting} ${problem}.` })
  }
  if (isLocal && 'emulator' in config && !emulator) {
    warn('emulator', 'is not set: logins go to the real providers', 'info')
  }
  if (config.store.isVolatile) {
    const isAnother = memory.volatileStore !== undefined && memory.volatileStore !== config.store
    if (isAnother) warn('store', `is a new memoryStore() without the connections of the one before. ${MAKE_ONCE}`)
    memory.volatileStore = config.store
  }

  /**
   * The provider of a name.
   *
   * @throws OAuthError `provider_unknown`
   */
  function provider(name: string): Provider {
    const found = Object.hasOwn(providers, name) ? providers[name] : undefined
    if (!found) throw new OAuthError('provider_unknown')
    return found
  }

  /** The index of a provider's grants. Providers of the same app share one index, in one store. */
  function grants(name: string): GrantIndex {
    const realmOf = (each: string) => provider(each).webhooks?.realm ?? each
    const realm = realmOf(name)
    const host = Object.keys(providers).find((each) => realmOf(each) === realm) ?? name
    return new GrantIndex(storeOf(config, host), realm)
  }

  const routeOf = (name: string, route: string) => `${origin}${publicPath}/${name}/${route}`
  const queryOf = ({ provider: name, details = {} }: ConnectionRecord) => provider(name).loginQuery?.(details) ?? {}
  const reauthorizeUrlOf = (record: ConnectionRecord) => {
    const query = new URLSearchParams(queryOf(record)).toString()
    return `${routeOf(record.provider, 'login')}${query && `?${query}`}`
  }
  const summaryOf = (record: ConnectionRecord) => {
    const health = healthOf(provider(record.provider), record, now())
    return summarize(record, health, reauthorizeUrlOf(record), now())
  }

  function report(event: ReportedEvent, waitUntil?: WaitUntil): void {
    if (!config.onEvent) return
    const at = new Date(config.now()).toISOString()
    const { record, ...details } = { record: undefined, ...event }
    const told = record ? { ...details, connection: summaryOf(record), owner: record.userId, at } : { ...details, at }
    const telling = notify(config.onEvent, told as ConnectionEvent)
    waitUntil?.(telling)
  }

  function reportUnreadable(record: ConnectionRecord): void {
    console.error(`the stored value of ${record.id} does not open`)
    // The configuration may not have this provider any more.
    if (Object.hasOwn(providers, record.provider)) report({ type: 'needs_reauth', record })
  }

  const serverOf = (name: string) => (Object.hasOwn(providers, name) ? providers[name]?.server : undefined)
  const vaultOf = (store: Store) =>
    new Vault(store, ring, now, reportUnreadable, memory.store(store, ring).vault, serverOf)

  const tools = { breaker: new CircuitBreaker(), backChannel, pacing, provider, grants, report, observe }
  function engineFor(store: Store, isOnlyWriter: boolean): ConnectionEngine {
    const swap = store.compareAndSwap?.bind(store)
    return new ConnectionEngine({
      ...tools,
      vault: vaultOf(store),
      leases: swap && !isOnlyWriter ? storedLeases(swap) : localLeases(now),
      useState: storedStates(store),
      memory: memory.store(store, ring).renewals,
    })
  }

  const engines = new Map<Store, Engine>()
  function engine(name: string): Engine {
    const store = storeOf(config, name)
    const known = engines.get(store)
    if (known) return known
    const made = hasEngine(store) ? store.openEngine(vaultOf(store)) : engineFor(store, false)
    engines.set(store, made)
    return made
  }

  /** The URL of a login, with its scopes sealed. */
  const loginUrl = (name: string, link: LoginLink) => loginLink(ring, routeOf(name, 'login'), name, link)
  const access = {
    providers,
    engine,
    grants,
    backChannel,
    now,
    summarize: summaryOf,
    stepUpUrl: (record: ConnectionRecord, scopes: readonly string[], returnTo?: string) =>
      loginUrl(record.provider, { scopes, returnTo, params: queryOf(record) }),
  }
  return {
    config,
    ring,
    backChannel,
    deliveries: memory.store(config.store, ring).deliveries,
    usedStates: memory.usedStates,
    /** Whether the app runs on the machine of its developer, who sees more of an error. */
    isLocal,
    isMounted: () => memory.isMounted,
    warn,
    cookies: new Cookies(origin, config.basePath),
    /** The clock, in seconds since the epoch. */
    now,
    /** The redirect URI of a provider, as it is registered there. */
    redirectUri: (name: string) => redirectUriOf(config, name),
    loginUrl,
    provider,
    /** This app, as the servers of a provider get to know it. */
    identity: (name: string): AppIdentity => ({
      name: config.appName ?? new URL(origin).host,
      origin,
      redirectUri: redirectUriOf(config, name),
      documentUrl: routeOf(name, CLIENT_DOCUMENT),
    }),
    /** What a provider keeps for all owners. */
    notes: (name: string) => providerNotes(storeOf(config, name), ring, name),
    /** The connections for one request or job. */
    connections: (c?: Context | WaitUntil) =>
      new ConnectionAccess(access, typeof c === 'function' ? c : c && waitUntilOf(c)),
    /**
     * Whether the document of an owner opens to the session ids that it presents: one fresh read.
     *
     * @throws OAuthError `store_unavailable`
     */
    async opens(name: string, owner: Owner): Promise<boolean> {
      const { document } = await vaultOf(storeOf(config, name)).load({ provider: name, owner })
      return opensTo(document, owner.session)
    },
    /**
     * An engine over a store that it alone writes to.
     *
     * @param openStore - gets the clock, in milliseconds since the epoch
     */
    engineOver: (openStore: (now: () => number) => Store) => engineFor(openStore(config.now), true),
    report,
    observe,
    /** Seals the stored values with the newest key. */
    rotateKeys(options: RotationOptions): Promise<Rotation> {
      const stores = new Set(Object.keys(providers).map((name) => storeOf(config, name)))
      // Durable Objects seal their values again by themselves within a week; a Worker cannot list them.
      const listable = [...stores].filter((each) => !hasEngine(each))
      return observe({ name: 'key_rotation' }, () => rotateKeys(listable.map(vaultOf), options))
    },
  }
}

/** The `waitUntil` of a request; `undefined` outside Workers, where work goes on after the answer anyway. */
export function waitUntilOf(c: Context): WaitUntil | undefined {
  try {
    const { executionCtx } = c
    return (work) => executionCtx.waitUntil(work)
  } catch {
    return undefined
  }
}

/** Lets work go on to its end after the person closes the tab. */
export function keepAlive<T>(c: Context, work: Promise<T>): Promise<T> {
  waitUntilOf(c)?.(work.catch(() => undefined))
  return work
}
