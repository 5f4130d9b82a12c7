import type { WorkerOptions } from 'miniflare'
import { byAuthJsForm, byBetterAuthClient, byLink, type Login } from './logins.ts'

/** One of the Workers that are compared. */
export interface Contender {
  readonly name: string
  /** Its file in `contenders/`, without the extension. */
  readonly entry: string
  /** Begins a login; the bare route has none. */
  readonly login?: Login
  readonly options?: Partial<WorkerOptions>
  /** Other bindings while tokens end, for one that goes by an interval of its own. */
  readonly expiryBindings?: Record<string, string>
  /** A request that is sent once, before anything is measured. */
  readonly setUp?: string
  /** Whether its provider rotates refresh tokens. Default: true. */
  readonly isRotating?: boolean
  /** Whether a visitor is still known after a restart. Default: true. */
  readonly isDurable?: boolean
}

const NODE: Partial<WorkerOptions> = { compatibilityFlags: ['nodejs_compat'] }
const login = byLink('/login')
const oauthLogin = byLink('/auth/example/login')

export const BARE: Contender = { name: 'bare Hono route', entry: 'bare' }

export const HAND_WRITTEN: Contender = {
  name: 'hand-written (signed cookie, KV)',
  entry: 'hand-written',
  login,
  options: { kvNamespaces: ['SESSIONS'] },
}

export const OVER_KV: Contender = {
  name: 'hono-oauth, KV',
  entry: 'hono-oauth-kv',
  login: oauthLogin,
  options: { kvNamespaces: ['TOKENS'] },
  isRotating: false,
}

export const OVER_KV_UNCACHED: Contender = {
  ...OVER_KV,
  name: 'hono-oauth, KV, no read cache',
  entry: 'hono-oauth-kv-uncached',
}

export const OVER_D1: Contender = {
  name: 'hono-oauth, D1',
  entry: 'hono-oauth-d1',
  login: oauthLogin,
  options: { d1Databases: ['DB'] },
}

export const OVER_OBJECT: Contender = {
  name: 'hono-oauth, Durable Object',
  entry: 'hono-oauth-durable-object',
  login: oauthLogin,
  options: {
    durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
  },
}

export const CONTENDERS: readonly Contender[] = [
  BARE,
  HAND_WRITTEN,
  OVER_KV,
  OVER_KV_UNCACHED,
  {
    name: 'hono-oauth, memory',
    entry: 'hono-oauth-memory',
    login: oauthLogin,
    isDurable: false,
  },
  OVER_D1,
  OVER_OBJECT,
  { name: 'arctic and iron-session', entry: 'arctic-iron-session', login, options: NODE },
  {
    name: '@hono/oidc-auth',
    entry: 'oidc-auth',
    login: byLink('/'),
    expiryBindings: { OIDC_AUTH_REFRESH_INTERVAL: '1' },
  },
  { name: '@hono/auth-js', entry: 'auth-js', login: byAuthJsForm, options: NODE },
  {
    name: 'better-auth, no database',
    entry: 'better-auth',
    login: byBetterAuthClient,
    options: NODE,
  },
  {
    name: 'better-auth, D1',
    entry: 'better-auth-d1',
    login: byBetterAuthClient,
    options: { ...NODE, d1Databases: ['DB'] },
    setUp: '/migrate',
  },
]
