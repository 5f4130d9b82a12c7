/** One price of Cloudflare's Workers Paid plan, in US dollars: so much is included in a month, the rest costs this. */
export interface Price {
  readonly about: string
  readonly unit: string
  readonly included: number
  /** For one million units, or for one GB. */
  readonly dollars: number
  readonly per: number
}

const MILLION = 1_000_000
const price = (about: string, unit: string, included: number, dollars: number, per = MILLION): Price => ({
  about,
  unit,
  included,
  dollars,
  per,
})

/** When the prices were read, in stored copies of these pages, which may be older. */
export const READ_ON = '2026-11-27'
export const PAGES = {
  Workers: 'https://developers.cloudflare.com/workers/platform/pricing/',
  KV: 'https://developers.cloudflare.com/kv/platform/pricing/',
  D1: 'https://developers.cloudflare.com/d1/platform/pricing/',
  'Durable Objects': 'https://developers.cloudflare.com/durable-objects/platform/pricing/',
}

/** The subscription, for a month. */
export const PLAN_DOLLARS = 5

export const PRICES = {
  workerRequests: price('Workers: requests', 'million', 10 * MILLION, 0.3),
  workerCpu: price('Workers: CPU time', 'million ms', 30 * MILLION, 0.02),
  kvReads: price('KV: reads', 'million', 10 * MILLION, 0.5),
  kvWrites: price('KV: writes', 'million', MILLION, 5),
  kvStorage: price('KV: storage', 'GB-month', 1, 0.5, 1),
  d1RowsRead: price('D1: rows read', 'million', 25_000 * MILLION, 0.001),
  d1RowsWritten: price('D1: rows written', 'million', 50 * MILLION, 1),
  d1Storage: price('D1: storage', 'GB-month', 5, 0.75, 1),
  objectRequests: price('Durable Objects: requests', 'million', MILLION, 0.15),
  objectDuration: price('Durable Objects: duration', 'million GB-s', 400_000, 12.5),
  objectRowsRead: price('Durable Objects: rows read', 'million', 25_000 * MILLION, 0.001),
  objectRowsWritten: price('Durable Objects: rows written', 'million', 50 * MILLION, 1),
  objectStorage: price('Durable Objects: storage', 'GB-month', 5, 0.2, 1),
} as const

export type PriceName = keyof typeof PRICES
