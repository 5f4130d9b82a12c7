import { ConnectionDocuments, type DocumentAddress } from '../../src/connections/documents.ts'
import { ConnectionEngine } from '../../src/connections/engine.ts'
import { GrantIndex } from '../../src/connections/grants.ts'
import { type ConnectionRecord, createRecord } from '../../src/connections/record.ts'
import { OAuthError } from '../../src/errors.ts'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import type { TokenSet } from '../../src/protocol/token-response.ts'
import type { CallbackRequest, Provider } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import type { Store } from '../../src/stores/contract.ts'
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

/** A store that keeps the operations it was asked for. */
export function recordingStore(store: Store = memoryStore(), log: string[] = []) {
  const recording: Store = {
    guarantees: store.guarantees,
    get(key) {
      log.push(`get ${key}`)
      return store.get(key)
    },
    put(key, value, options) {
      log.push(`put ${key}`)
      return store.put(key, value, options)
    },
    list(prefix) {
      log.push(`list ${prefix}`)
      return store.list(prefix)
    },
    delete(key) {
      log.push(`delete ${key}`)
      return store.delete(key)
    },
  }
  return { store: recording, log }
}

type Operation = 'get' | 'put' | 'list' | 'delete'

/** A store that fails while `broken` names the operation. */
export function breakableStore() {
  const inner = memoryStore()
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
    guarantees: inner.guarantees,
    get: failing('get', inner.get),
    put: failing('put', inner.put),
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
  } = {},
) {
  const { store = memoryStore(), answers = [], log = [] } = options
  const clock = { now: NOW }
  const { fetch, sent } = fakeFetch(...answers)
  const backChannel = new BackChannel({ fetch, timeoutMs: 10_000 })
  const p: Provider = { ...fakeProvider(log), ...options.provider }
  const providers = { p, ...options.more }
  const now = () => clock.now
  const documents = new ConnectionDocuments(store, ring, now)
  const grants = new GrantIndex(store)
  const engine = new ConnectionEngine({ providers, documents, grants, backChannel, now })
  const login = (grant: string, token: string, as: DocumentAddress['owner'] = owner, name = 'p') =>
    engine.complete(as, name, {
      parameters: new URLSearchParams({ code: `${grant}:${token}` }),
      state: 'state',
      redirectUri: 'https://app.example/auth/p/callback',
      now: clock.now,
    })
  return { engine, documents, grants, clock, sent, log, login, backChannel, provider: p }
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
    async revoke(token) {
      log.push(`revoke ${token.reveal()}`)
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
