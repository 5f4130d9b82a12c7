import { CircuitBreaker } from '../../src/connections/circuit-breaker.ts'
import { Connections } from '../../src/connections/connections.ts'
import { ConnectionDocuments } from '../../src/connections/documents.ts'
import { ConnectionEngine } from '../../src/connections/engine.ts'
import type { EngineTools } from '../../src/connections/engine-tools.ts'
import type { EventDetails } from '../../src/connections/events.ts'
import { GrantIndex } from '../../src/connections/grants.ts'
import { healthOf } from '../../src/connections/health.ts'
import type { DocumentAddress } from '../../src/connections/home.ts'
import { type ConnectionRecord, createRecord } from '../../src/connections/record.ts'
import { RenewalMemory } from '../../src/connections/renewal-memory.ts'
import { RenewalSlots } from '../../src/connections/renewal-slots.ts'
import { summarize } from '../../src/connections/summary.ts'
import { OAuthError } from '../../src/errors.ts'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import type { TokenSet } from '../../src/protocol/token-response.ts'
import type { CallbackRequest, Provider } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import type { PutOptions, Store } from '../../src/stores/contract.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { ringOf } from '../crypto/keys.ts'
import { type Answer, fakeFetch } from '../protocol/fake-fetch.ts'

export const NOW = 1_790_000_000
export const ring = ringOf('records')
export const owner = { key: 'a'.repeat(32) }
export const stranger = { key: 'b'.repeat(32) }

/** A record as a login with this grant and token makes it. */
export const record = (grantId: string, token = `canary-${grantId}`, now = NOW): ConnectionRecord =>
  createRecord(
    { id: `p.${owner.key}.${grantId}`, provider: 'p', createdAt: now },
    { accessToken: new Secret(token) },
    { id: grantId, scopes: ['a'], account: { id: 'account', name: null }, revocable: true },
    now,
  )

/** A change that adds records. */
export const adding =
  (...added: ConnectionRecord[]) =>
  (connections: readonly ConnectionRecord[]) => ({
    connections: [...connections, ...added],
    result: added.length,
  })

/** A store that cannot compare and swap, like Workers KV. */
export function plainStore(inner: Store = memoryStore()): Store {
  const { compareAndSwap: _, ...store } = inner
  return store
}

/** A store that keeps the operations it was asked for, and the options of its writes. */
export function recordingStore(store: Store = memoryStore(), log: string[] = []) {
  const written: (PutOptions | undefined)[] = []
  const recording: Store = {
    get(key, options) {
      log.push(`get ${key}`)
      return store.get(key, options)
    },
    put(key, value, options) {
      log.push(`put ${key}`)
      written.push(options)
      return store.put(key, value, options)
    },
    ...(store.compareAndSwap && {
      compareAndSwap(key: string, expected: string | null, value: string, options?: PutOptions) {
        log.push(`put ${key}`)
        written.push(options)
        return store.compareAndSwap?.(key, expected, value, options) as Promise<boolean>
      },
    }),
    list(prefix, options) {
      log.push(`list ${prefix}`)
      return store.list(prefix, options)
    },
    delete(key) {
      log.push(`delete ${key}`)
      return store.delete(key)
    },
  }
  return { store: recording, log, written }
}

type Operation = 'get' | 'put' | 'list' | 'delete'

/** A store that fails while `broken` names the operation. */
export function breakableStore(inner: Store = memoryStore()) {
  const state = { broken: new Set<Operation>() }
  const failing = <Args extends unknown[], Result>(
    name: Operation,
    operation: (...args: Args) => Promise<Result>,
  ) => {
    return async (...args: Args): Promise<Result> => {
      if (state.broken.has(name)) throw new Error(`the store cannot ${name}`)
      return operation(...args)
    }
  }
  const store: Store = {
    get: failing('get', inner.get),
    put: failing('put', inner.put),
    ...(inner.compareAndSwap && { compareAndSwap: failing('put', inner.compareAndSwap) }),
    list: failing('list', inner.list),
    delete: failing('delete', inner.delete),
  }
  return { store, state }
}

/** An engine with the provider `p`, whose token endpoint turns the code `grant:token` into both. */
export function setup(
  options: {
    readonly store?: Store
    readonly provider?: Partial<Provider>
    readonly more?: Readonly<Record<string, Provider>>
    readonly answers?: readonly Answer[]
    readonly log?: string[]
    readonly renewals?: RenewalMemory
    readonly breaker?: CircuitBreaker
    readonly maxRenewalsAtOnce?: number
    readonly isSoleWriter?: boolean
    readonly clock?: { now: number }
    readonly pause?: EngineTools['pause']
    readonly tell?: EngineTools['tell']
  } = {},
) {
  const { store = memoryStore(), answers = [], log = [], clock = { now: NOW } } = options
  const { fetch, sent } = fakeFetch(...answers)
  const backChannel = new BackChannel({ fetch, timeoutMs: 10_000 })
  const p: Provider = { ...fakeProvider(log), ...options.provider }
  const providers: Readonly<Record<string, Provider>> = { p, ...options.more }
  const now = () => clock.now
  const documents = new ConnectionDocuments(store, ring, now)
  const indexes: Record<string, GrantIndex> = {}
  const events: EventDetails[] = []
  const pauses: number[] = []
  const background: Promise<unknown>[] = []
  function provider(name: string): Provider {
    const found = Object.hasOwn(providers, name) ? providers[name] : undefined
    if (!found) throw new OAuthError('provider_unknown')
    return found
  }
  const grants = (name: string) => {
    indexes[name] ??= new GrantIndex(store, provider(name).webhooks?.realm ?? name)
    return indexes[name]
  }
  const tools: EngineTools = {
    documents,
    renewals: options.renewals ?? new RenewalMemory(),
    backChannel,
    breaker: options.breaker ?? new CircuitBreaker(),
    slots: new RenewalSlots(),
    maxRenewalsAtOnce: options.maxRenewalsAtOnce ?? 20,
    now,
    isSoleWriter: options.isSoleWriter ?? false,
    provider,
    grants,
    summarize: (one) =>
      summarize(
        one,
        healthOf(provider(one.provider), one, now()),
        `https://app.example/auth/${one.provider}/login`,
      ),
    async tell(event) {
      events.push(event)
      await options.tell?.(event)
    },
    random: () => 0.5,
    async pause(milliseconds) {
      pauses.push(milliseconds)
      await options.pause?.(milliseconds)
    },
  }
  const home = new ConnectionEngine(tools)
  const connectionsTools = { ...tools, providers, home: () => home }
  const engine = new Connections(connectionsTools, (work) => void background.push(work))
  const login = (grant: string, token: string, as: DocumentAddress['owner'] = owner, name = 'p') =>
    engine.complete(as, name, {
      parameters: new URLSearchParams({ code: `${grant}:${token}` }),
      state: 'state',
      redirectUri: 'https://app.example/auth/p/callback',
      now: clock.now,
    })
  return {
    engine,
    home,
    documents,
    grants: grants('p'),
    clock,
    sent,
    log,
    login,
    backChannel,
    provider: p,
    events,
    pauses,
    tools,
    /** The same where nothing cancels work that goes on after an answer. */
    uncancelled: new Connections(connectionsTools),
    /** Waits for the work that goes on after the answers. */
    async inBackground() {
      while (background.length > 0) await Promise.all(background.splice(0))
    },
  }
}

function grantOf(token: Secret) {
  const [grant = ''] = token.reveal().split(':')
  const account = { id: `account of ${grant}`, name: null }
  return { id: grant, scopes: ['a', 'b'], account, revocable: true }
}

/** An `authorize` whose code `grant:token` becomes the access token, beside the given tokens. */
export const authorizing =
  (tokens: Partial<TokenSet> = {}) =>
  async ({ parameters }: CallbackRequest) => {
    const accessToken = new Secret(parameters.get('code') ?? '')
    return { tokens: { accessToken, ...tokens }, grant: grantOf(accessToken) }
  }

/** A provider that writes down what it is asked for. */
export function fakeProvider(log: string[] = []): Provider {
  return {
    scopes: ['a'],
    pkce: false,
    restartsWithoutState: false,
    apiOrigins: ['https://api.provider.example', 'https://cdn.provider.example:8443'],
    authorizationUrl: async () => new URL('https://provider.example/authorize'),
    authorize(callback) {
      log.push('authorize')
      return authorizing()(callback)
    },
    async acceptToken(accessToken) {
      log.push('accept')
      return { tokens: { accessToken }, grant: { ...grantOf(accessToken), revocable: false } }
    },
    async revoke({ accessToken, refreshToken }) {
      const tokens = [accessToken, refreshToken].flatMap((token) => token?.reveal() ?? [])
      log.push(['revoke', ...tokens].join(' '))
      return 'revoked'
    },
    authorizationHeader: (token) => `Bearer ${token.reveal()}`,
    apiError(status, body) {
      if (status === 401) return new OAuthError('needs_reauth')
      if (body === 'scope') return new OAuthError('insufficient_scope', { missingScopes: ['c'] })
      return body === 'role' ? new OAuthError('access_forbidden') : undefined
    },
  }
}
