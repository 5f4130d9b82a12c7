import type { Owner } from '../../src/vault/address.ts'
import { ORIGIN } from '../rig/constants.ts'

/** When a test begins, in seconds since the epoch. */
export const NOW = 1_790_000_000
/** How long an access token lives, in seconds. */
export const LIFETIME = 600
/** The age at which an access token is renewed before it is used: its last minute begins. */
export const ENDING = LIFETIME - 60
/** The age at which it is renewed ahead of time, with the chance of one half that the fixture has. */
export const DUE = LIFETIME - 75
export const OWNER: Owner = { key: 'ada' }
export const STRANGER: Owner = { key: 'grace' }
export const ADDRESS = { provider: 'example', owner: OWNER }
export const KEY = 'connections/example/ada'
export const HOST = 'https://oauth.example'
/** Where its owner can log in again. */
export const LOGIN_URL = `${ORIGIN}/auth/example/login`

/**
 * - `swap`: isolates over one store that can compare and swap
 * - `object`: one engine that alone writes to such a store
 * - `kv`: Workers KV, and refresh tokens that can be used again
 */
export type Kind = 'swap' | 'object' | 'kv'
export const KINDS: readonly Kind[] = ['swap', 'object', 'kv']
/** The operation that writes documents. */
export const WRITE = { swap: 'compareAndSwap', object: 'compareAndSwap', kv: 'put' } as const
export const DOCUMENTS = { prefix: 'connections/' }
