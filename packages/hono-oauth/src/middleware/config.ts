import type { Context } from 'hono'
import type { Connection } from '../connections/connection.ts'
import type { EventListener } from '../connections/events.ts'
import { configurationError } from '../errors.ts'
import { emulatorOrigin, type Fetch, isLoopback } from '../protocol/back-channel.ts'
import type { Provider } from '../providers/contract.ts'
import type { Store } from '../stores/contract.ts'

/** The providers of a configuration, by the names that stand in URLs. */
// biome-ignore lint/suspicious/noExplicitAny: a map of providers of any scope and account
export type Providers = Readonly<Record<string, Provider<any, any, any>>>

/** What `onConnected` learns. */
export interface ConnectedEvent {
  readonly connection: Connection
  /** What the app passed to `login()`; `undefined` for a login by its route. */
  readonly context: unknown
}

/** The whole configuration of `createOAuth`. */
export interface OAuthConfig<P extends Providers = Providers> {
  /** The public origin of the app, such as `https://app.example`; http on loopback alone. */
  readonly origin: string
  /** Keys of 32 random bytes each in base64url, newest first; one string may hold several. */
  readonly keys: string | readonly string[]
  readonly providers: P
  /** Where connections are kept. */
  readonly store: Store
  /** Other stores for single providers, by their names. */
  readonly stores?: { readonly [Name in keyof P]?: Store } | undefined
  /**
   * Providers whose refresh tokens rotate, on a store that cannot compare and swap: two locations that
   * renew at once can then lose the connection. Naming them here accepts that.
   */
  readonly allowUnsafeRotation?: readonly (keyof P & string)[] | undefined
  /** Where `oauth.routes` is mounted; `/auth` by default. */
  readonly basePath?: string | undefined
  /** Where a login ends that names no other path; `/` by default. */
  readonly defaultReturnTo?: string | undefined
  /**
   * Whom connections belong to: the id of the app's own user, or nothing for a visitor who is not
   * signed in. Without this setting they belong to the browser session.
   */
  readonly owner?: (
    // biome-ignore lint/suspicious/noExplicitAny: the variables of the host app are its own
    c: Context<any>,
  ) => string | null | undefined | Promise<string | null | undefined>
  /** Runs after a connection was stored; a `Response` it returns answers the callback. */
  readonly onConnected?: (
    // biome-ignore lint/suspicious/noExplicitAny: the variables of the host app are its own
    c: Context<any>,
    event: ConnectedEvent,
    // biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
  ) => Response | void | Promise<Response | void>
  /**
   * Learns what happens to connections, also where no request is: it runs beside the work, for two
   * seconds at most, and its failures are only logged.
   */
  readonly onEvent?: EventListener | undefined
  /** The loopback origin of a provider emulator; allowed only while `origin` is on loopback too. */
  readonly emulator?: string | undefined
  /** Sends every request to a provider; the runtime's `fetch` by default. */
  readonly fetch?: Fetch | undefined
  /** How long a provider's endpoint may take for a whole answer, in milliseconds; 10 000 by default. */
  readonly timeoutMs?: number | undefined
  /** How many renewals one isolate may have on their way to one provider at once; 20 by default. */
  readonly maxRenewalsAtOnce?: number | undefined
  /** The clock, in milliseconds since the epoch; `Date.now` by default. */
  readonly now?: (() => number) | undefined
}

/** A configuration that was checked, with its defaults filled in. */
export interface CheckedConfig<P extends Providers = Providers> extends OAuthConfig<P> {
  readonly basePath: string
  readonly defaultReturnTo: string
  readonly timeoutMs: number
  readonly maxRenewalsAtOnce: number
  readonly now: () => number
}

const SETTINGS: ReadonlySet<string> = new Set<keyof OAuthConfig>([
  'origin',
  'keys',
  'providers',
  'store',
  'stores',
  'allowUnsafeRotation',
  'basePath',
  'defaultReturnTo',
  'owner',
  'onConnected',
  'onEvent',
  'emulator',
  'fetch',
  'timeoutMs',
  'maxRenewalsAtOnce',
  'now',
])
// `connections` is a route of its own.
const RESERVED_NAMES = ['connections']
const PROVIDER_NAME = /^[a-z][a-z0-9-]{0,31}$/
const BASE_PATH = /^(\/[\w.~-]+)+$/

/**
 * Checks a configuration.
 *
 * @throws OAuthError `configuration_invalid`, naming the setting and never its value
 */
export function checkConfig<P extends Providers>(config: OAuthConfig<P>): CheckedConfig<P> {
  for (const setting of Object.keys(config)) {
    if (!SETTINGS.has(setting)) throw configurationError(setting, 'is no setting')
  }
  const checked = {
    ...config,
    basePath: config.basePath ?? '/auth',
    defaultReturnTo: config.defaultReturnTo ?? '/',
    timeoutMs: config.timeoutMs ?? 10_000,
    maxRenewalsAtOnce: config.maxRenewalsAtOnce ?? 20,
    now: config.now ?? Date.now,
  }
  const origin = checkOrigin(config.origin)
  if (config.emulator !== undefined) {
    emulatorOrigin(config.emulator)
    if (!isLoopback(origin)) throw configurationError('emulator', 'is set, but origin is public')
  }
  if (!BASE_PATH.test(checked.basePath)) {
    throw configurationError('basePath', 'is not a path such as /auth, without a slash at its end')
  }
  if (!/^\/(?![/\\])/.test(checked.defaultReturnTo)) {
    throw configurationError('defaultReturnTo', 'is not a path of this app')
  }
  if (!Number.isSafeInteger(checked.maxRenewalsAtOnce) || checked.maxRenewalsAtOnce < 1) {
    throw configurationError('maxRenewalsAtOnce', 'is not a whole number of at least 1')
  }
  if (!config.store) throw configurationError('store', 'is missing')
  const names = Object.keys(config.providers ?? {})
  if (names.length === 0) throw configurationError('providers', 'is empty')
  for (const name of names) {
    if (!PROVIDER_NAME.test(name) || RESERVED_NAMES.includes(name)) {
      throw configurationError(`providers.${name}`, 'has a name that cannot stand in the URL')
    }
  }
  checkStores(config)
  return checked
}

/** The store of a provider. */
export function storeOf({ store, stores = {} }: OAuthConfig, provider: string): Store {
  return stores[provider] ?? store
}

function checkStores(config: OAuthConfig): void {
  const { providers, stores = {}, allowUnsafeRotation: allowed = [] } = config
  for (const [setting, names] of Object.entries({
    stores: Object.keys(stores),
    allowUnsafeRotation: allowed,
  })) {
    if (names.every((name) => Object.hasOwn(providers, name))) continue
    throw configurationError(setting, 'names a provider that is not in this configuration')
  }
  for (const [name, { refreshTokens }] of Object.entries(providers)) {
    const isSafe = refreshTokens !== 'rotating' || storeOf(config, name).compareAndSwap
    if (isSafe || allowed.includes(name)) continue
    throw configurationError(
      `providers.${name}`,
      'rotates its refresh tokens, and its store cannot compare and swap, so that two locations that ' +
        'renew at once would lose the connection: keep it in durableObjectStore() or d1Store(), say ' +
        "refreshTokens: 'reusable' if they do not rotate, or accept the loss by allowUnsafeRotation",
    )
  }
}

function checkOrigin(value: string): URL {
  if (!value) throw configurationError('origin', 'is missing')
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || url.origin !== value) {
    throw configurationError('origin', 'is not an origin such as https://app.example')
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw configurationError('origin', 'must be https, or http on localhost')
  }
  return url
}
