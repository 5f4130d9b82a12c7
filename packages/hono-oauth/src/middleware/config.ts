import type { Context } from 'hono'
import type { Connection, ConnectionSummary } from '../connections/connection.ts'
import type { EventListener } from '../connections/events.ts'
import { configurationError, type OAuthError } from '../errors.ts'
import { type Fetch, isLoopback, requireEmulatorOrigin } from '../protocol/back-channel.ts'
import type { RevocationOutcome } from '../providers/contract.ts'
import type { Store } from '../stores/contract.ts'
import type { Telemetry } from '../telemetry.ts'
import { pageAt } from '../transaction/return-to.ts'
import { checkAllowedOrigins, checkOrigin } from './allowed-origins.ts'
import type { Logger } from './log.ts'
import type { Providers, WebhookHandlers } from './provider-types.ts'

/** The event that `onConnected` gets. */
export interface ConnectedEvent {
  readonly connection: Connection
  /** The `context` that the app passed to `login()`; `undefined` for a login that began at the login route. */
  readonly context: unknown
}

/** The event that `onFailed` gets. */
export interface FailedEvent {
  /** The name of the provider. */
  readonly provider: string
  /** What went wrong; its `loginUrl` starts the same login again. */
  readonly error: OAuthError
  /** The path that the login was to end at. */
  readonly returnTo: string
  /** The `context` that the app passed to `login()`; `undefined` where the login is not known any more. */
  readonly context: unknown
}

/** The event that `onDisconnected` gets. */
export interface DisconnectedEvent {
  /** The connection that has ended. */
  readonly connection: ConnectionSummary
  readonly outcome: RevocationOutcome
}

// biome-ignore lint/suspicious/noExplicitAny: the variables of the host app are its own
type AppContext = Context<any>
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
type HookResult = Response | void | Promise<Response | void>

/** The whole configuration of `createOAuth`. */
export interface OAuthConfig<P extends Providers = Providers> {
  /** The public origin of the app, such as `https://app.example`; http only on loopback. */
  readonly origin: string
  /** Keys of 32 random bytes each in base64url, newest first; one string may hold several. */
  readonly keys: string | readonly string[]
  readonly providers: P
  /** The store that keeps connections. */
  readonly store: Store
  /** The name of the app, on the pages of this package. */
  readonly appName?: string | undefined
  /** Other stores for single providers, by provider name. */
  readonly stores?: { readonly [Name in keyof P]?: Store } | undefined
  /** The path at which `oauth.routes` is mounted; `/auth` by default. */
  readonly basePath?: string | undefined
  /**
   * The path of the routes as browsers see it, where it differs from `basePath`: behind `app.mount('/api', …)` or a
   * proxy that strips a prefix, such as `/api/auth`.
   */
  readonly publicPath?: string | undefined
  /**
   * Other origins with pages of the app, such as `https://spa.example`: they may use the JSON routes by `fetch`, and a
   * login may end there. None by default.
   */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Where the browser returns after a login that names no page: a path, or a URL of `allowedOrigins`; `/` by default. */
  readonly defaultReturnTo?: string | undefined
  /**
   * Returns the owner of connections: the id of the app's user, or nothing for a visitor who is not signed in.
   * Without this setting connections belong to the browser session.
   */
  readonly owner?: (c: AppContext) => string | null | undefined | Promise<string | null | undefined>
  /** Runs after a connection was stored; a `Response` that it returns answers the callback. */
  readonly onConnected?: (c: AppContext, event: ConnectedEvent) => HookResult
  /**
   * Runs when a login comes back without a connection: the person declined, took too long, or opened the callback
   * again. A `Response` that it returns answers the callback.
   */
  readonly onFailed?: (c: AppContext, event: FailedEvent) => HookResult
  /** Runs after the route has disconnected a connection; a `Response` that it returns answers the form. */
  readonly onDisconnected?: (c: AppContext, event: DisconnectedEvent) => HookResult
  /**
   * Shows an error in the app's own page, language and brand: a `Response` that it returns is the answer of the routes
   * and of `require()`.
   */
  readonly onError?: (c: AppContext, error: OAuthError) => HookResult
  /**
   * The handlers of webhooks, by provider and event. They arrive at `POST /auth/:provider/webhook`.
   *
   * A webhook is verified before its handler runs, and answered within a second while the handler goes on. Further
   * deliveries of it within 49 hours are not handled. A webhook that ends a grant, such as `AppRemoved` of Wix,
   * ends the connections of the grant without a handler.
   */
  readonly webhooks?: { readonly [Name in keyof P]?: WebhookHandlers<P[Name]> } | undefined
  /** Runs for each event of a connection, also outside requests. No answer waits for it, and its errors are only logged. */
  readonly onEvent?: EventListener | undefined
  /**
   * Takes each refused login, each answer with a status from 500 up, and warnings about the configuration, once.
   * Without this setting they go to `console.error`, `console.warn` and `console.info`. Its failures are only logged.
   */
  readonly logger?: Logger | undefined
  /**
   * Takes each login, renewal and other operation, and each request to a provider, while it happens. Such as
   * `openTelemetry()`; nothing by default. Its failures are only logged.
   */
  readonly telemetry?: Telemetry | undefined
  /** The loopback origin of a provider emulator; allowed only while `origin` is on loopback too. */
  readonly emulator?: string | undefined
  /** Sends every request to a provider; the runtime's `fetch` by default. */
  readonly fetch?: Fetch | undefined
  /** The time limit for a whole answer of a provider's endpoint, in milliseconds; 10 000 by default. */
  readonly timeoutMs?: number | undefined
  /** The clock, in milliseconds since the epoch; `Date.now` by default. */
  readonly now?: (() => number) | undefined
}

/** Refuses the settings that do not exist: TypeScript does not look for them in what a function returns. */
export type UnknownSettings<C> = { readonly [Setting in Exclude<keyof C, keyof OAuthConfig>]: never }

/** A configuration after its check, with its defaults. */
export type CheckedConfig = ReturnType<typeof checkConfig>

const SETTINGS: ReadonlySet<string> = new Set<keyof OAuthConfig>([
  'origin',
  'keys',
  'providers',
  'store',
  'appName',
  'stores',
  'basePath',
  'publicPath',
  'allowedOrigins',
  'defaultReturnTo',
  'owner',
  'onConnected',
  'onFailed',
  'onDisconnected',
  'onError',
  'webhooks',
  'onEvent',
  'logger',
  'telemetry',
  'emulator',
  'fetch',
  'timeoutMs',
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
export function checkConfig<P extends Providers>(config: OAuthConfig<P>) {
  for (const setting of Object.keys(config)) {
    if (!SETTINGS.has(setting))
      throw configurationError(setting, `is not a setting. The settings are: ${[...SETTINGS].join(', ')}`)
  }
  const checked = {
    ...config,
    basePath: config.basePath ?? '/auth',
    publicPath: config.publicPath ?? config.basePath ?? '/auth',
    allowedOrigins: checkAllowedOrigins(config.allowedOrigins ?? [], config.origin),
    defaultReturnTo: config.defaultReturnTo ?? '/',
    timeoutMs: config.timeoutMs ?? 10_000,
    now: config.now ?? Date.now,
  }
  if (!config.origin) {
    throw configurationError('origin', 'is missing. Write one such as http://localhost:8787 or https://app.example')
  }
  const origin = checkOrigin('origin', config.origin)
  if (config.emulator !== undefined) {
    requireEmulatorOrigin(config.emulator)
    if (!isLoopback(origin))
      throw configurationError('emulator', 'is set, but origin is public. Remove it where the app is deployed')
  }
  for (const setting of ['basePath', 'publicPath'] as const) {
    if (BASE_PATH.test(checked[setting])) continue
    const fix = checked[setting].endsWith('/') ? 'remove the slash at the end' : 'begin it with a slash'
    throw configurationError(setting, `is not a path such as /auth: ${fix}`)
  }
  if (!/^\/(?![/\\])/.test(checked.defaultReturnTo) && !pageAt(checked.allowedOrigins, checked.defaultReturnTo)) {
    throw configurationError('defaultReturnTo', 'is not a path of this app: begin it with one slash')
  }
  if (!config.store) throw configurationError('store', 'is missing. Write store: kvStore(env.TOKENS)')
  const names = Object.keys(config.providers ?? {})
  if (names.length === 0)
    throw configurationError('providers', 'is empty. Write providers: { webflow: webflow({ … }) }')
  for (const name of names) {
    if (!PROVIDER_NAME.test(name) || RESERVED_NAMES.includes(name)) {
      throw configurationError(
        `providers.${name}`,
        'has a name that a URL of the routes cannot contain: use a-z, 0-9 and -, but not connections',
      )
    }
  }
  checkStores(config)
  checkRedirectUris(checked)
  for (const [name, provider] of Object.entries(config.providers)) {
    if (!provider.usesLoopback || isLoopback(origin)) continue
    throw configurationError(
      `providers.${name}`,
      'has an http server on this machine, and origin is public: name its https URL',
    )
  }
  return checked
}

/** The redirect URI of a provider: its own path or name, or the callback under the routes. */
export function redirectUriOf({ providers, origin, publicPath }: CheckedConfig, name: string): string {
  const own = providers[name]?.redirectUri
  if (own === undefined) return `${origin}${publicPath}/${name}/callback`
  return own.startsWith('/') ? `${origin}${own}` : own
}

/** The callback has to tell the providers apart. */
function checkRedirectUris(config: CheckedConfig): void {
  const names = Object.keys(config.providers)
  for (const name of names) {
    const own = config.providers[name]?.redirectUri
    if (!own?.startsWith('/')) continue
    const other = names.find((each) => each !== name && redirectUriOf(config, each) === redirectUriOf(config, name))
    if (other === undefined) continue
    throw configurationError(
      `providers.${name} redirectUri`,
      `is the redirect URI of providers.${other} too: give each its own path`,
    )
  }
}

/** The store of a provider. */
export function storeOf({ store, stores = {} }: OAuthConfig, provider: string): Store {
  return stores[provider] ?? store
}

function checkStores(config: OAuthConfig): void {
  const { providers } = config
  for (const setting of ['stores', 'webhooks'] as const) {
    if (Object.keys(config[setting] ?? {}).every((name) => Object.hasOwn(providers, name))) continue
    const known = Object.keys(providers).join(', ')
    throw configurationError(setting, `names a provider that is not in providers: ${known}`)
  }
  for (const [name, { refreshTokens }] of Object.entries(providers)) {
    if (refreshTokens !== 'rotating' || storeOf(config, name).compareAndSwap) continue
    throw configurationError(
      `providers.${name}`,
      'rotates its refresh tokens, and its store cannot compare and swap: two locations that renew at once would ' +
        'lose the connection. Keep it in a Durable Object, which the free plan has. Export the class: ' +
        '`export class OAuthConnections extends connectionsObject(oauth) {}`. Bind it in the wrangler file: ' +
        '`"durable_objects": { "bindings": [{ "name": "CONNECTIONS", "class_name": "OAuthConnections" }] }, ' +
        '"migrations": [{ "tag": "v1", "new_sqlite_classes": ["OAuthConnections"] }]`. Use it: ' +
        `\`stores: { ${name}: durableObjectStore(env.CONNECTIONS) }\`. d1Store() works too; where the provider does ` +
        "not rotate, say refreshTokens: 'reusable'",
    )
  }
}
