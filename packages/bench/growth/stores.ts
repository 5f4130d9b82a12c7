import { type Contender, OVER_D1, OVER_KV_UNCACHED, OVER_OBJECT } from '../src/contenders.ts'

/** The stores that are compared. */
export const STORES = ['KV', 'D1', 'Durable Object'] as const
export type StoreName = (typeof STORES)[number]

/** The Workers of the benchmark that are measured. */
export const MEASURED: Readonly<Record<StoreName, Contender>> = {
  KV: OVER_KV_UNCACHED,
  D1: OVER_D1,
  'Durable Object': OVER_OBJECT,
}

/** The same Workers, which count what they ask of their storage. */
export const COUNTED: Readonly<Record<StoreName, Contender>> = {
  KV: { ...OVER_KV_UNCACHED, entry: '../growth/workers/kv' },
  D1: { ...OVER_D1, entry: '../growth/workers/d1' },
  'Durable Object': { ...OVER_OBJECT, entry: '../growth/workers/durable-object' },
}
