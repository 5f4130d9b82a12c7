import { mkdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { Lane } from '../src/lane.ts'
import { type Spread, spreadOf } from '../src/results.ts'
import { seededRandom, shuffle } from '../src/shuffle.ts'
import type { Cookies, Work } from '../src/work.ts'
import { FILL } from './fill.ts'
import { MEASURED, STORES, type StoreName } from './stores.ts'

export interface CostPlan {
  readonly seed: number
  /** The numbers of stored connections, the base of the ratios first. */
  readonly sizes: readonly number[]
  readonly rounds: number
  /** Requests of one visitor, and of many in turn, for each store and size in each round. */
  readonly requests: number
  readonly warmUp: number
  /** How many visitors come in turn, where a store has as many connections. */
  readonly visitors: number
  /** The other connections in a store of which the operations are counted. */
  readonly neighbours: number
}

/** CPU time of an authorized request over a store with so many connections, to one with the fewest. */
export interface CostRow {
  readonly store: StoreName
  readonly size: number
  /** What a neighbour takes in its store. */
  readonly bytes: number
  /** Microseconds in the median round. */
  readonly microseconds: number
  /** One visitor who comes again and again. */
  readonly one: Spread
  /** Many visitors in turn, to the smallest size that has as many. */
  readonly many?: Spread
}

interface Running {
  readonly store: StoreName
  readonly size: number
  readonly lane: Lane
  readonly work: Work
  readonly visitors: readonly Cookies[]
  readonly bytes: number
  readonly one: number[]
  readonly many: number[]
}

// What a neighbour takes on the disk at most, with its file, in bytes.
const DISK_BYTES: Readonly<Record<StoreName, number>> = { KV: 8192, D1: 4096, 'Durable Object': 36_864 }
// Others may need the disk too.
const DISK_SHARE = 0.6

/** Fills each store with so many connections, and measures an authorized request in rounds that alternate. */
export async function measureCost(plan: CostPlan, folder: string, say: (text: string) => void): Promise<CostRow[]> {
  const running: Running[] = []
  await mkdir(folder, { recursive: true })
  try {
    for (const store of STORES) {
      for (const size of plan.sizes) {
        const needed = size * DISK_BYTES[store]
        const { bavail, bsize } = await statfs(folder)
        if (needed > bavail * bsize * DISK_SHARE) {
          say(`${store} with ${size} connections needs ${needed / 1e9} GB of disk: left out`)
          continue
        }
        say(`filling ${store} with ${size}`)
        running.push(await fill(store, size, plan, join(folder, `${store}-${size}`)))
      }
    }
    const random = seededRandom(plan.seed)
    for (let round = 1; round <= plan.rounds; round++) {
      say(`round ${round} of ${plan.rounds}`)
      for (const { work, visitors, one, many } of shuffle(running, random)) {
        one.push(await work.requests(visitors[0] as Cookies, plan.requests))
        if (visitors.length > 1) many.push(await work.turns(visitors, plan.requests))
      }
    }
  } finally {
    for (const { lane } of running) await lane.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return running.map((each) => rowOf(each, running))
}

async function fill(store: StoreName, size: number, plan: CostPlan, folder: string): Promise<Running> {
  const contender = MEASURED[store]
  const { login } = contender
  if (!login) throw new Error(`${contender.name} has no login.`)
  const lane = await Lane.create(contender, folder)
  const before = await lane.start()
  const visitors: Cookies[] = []
  const count = size < plan.visitors ? 1 : plan.visitors
  for (let index = 0; index < count; index++) visitors.push(await before.logIn(login))
  await lane.stop()
  const bytes = size > count ? Math.round(FILL[store](folder, size - count)) : 0
  const work = await lane.start()
  await work.turns(visitors, plan.warmUp)
  return { store, size, lane, work, visitors, bytes, one: [], many: [] }
}

function rowOf({ store, size, bytes, one, many }: Running, running: readonly Running[]): CostRow {
  const own = running.filter((each) => each.store === store)
  const ratio = (times: readonly number[], bases: readonly number[] = []) =>
    spreadOf(times.map((time, round) => time / (bases[round] ?? Number.NaN)))
  return {
    store,
    size,
    bytes,
    microseconds: Math.round(spreadOf(one).median),
    one: ratio(one, own[0]?.one),
    ...(many.length > 0 && { many: ratio(many, own.find((each) => each.many.length > 0)?.many) }),
  }
}
