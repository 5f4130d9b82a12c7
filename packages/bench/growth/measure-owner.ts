import { mkdir } from 'node:fs/promises'
import { buildWorker } from '../src/build-worker.ts'
import { OVER_KV_UNCACHED } from '../src/contenders.ts'
import { pool } from '../src/pool.ts'
import { createProvider } from '../src/provider.ts'
import { type Spread, spreadOf } from '../src/results.ts'
import { RunningWorker } from '../src/running-worker.ts'
import { seededRandom, shuffle } from '../src/shuffle.ts'
import { AT_ONCE } from '../src/work.ts'

export interface OwnerPlan {
  readonly seed: number
  /** The numbers of connections of one owner, the base of the ratios first. */
  readonly sizes: readonly number[]
  readonly rounds: number
  readonly requests: number
  readonly warmUp: number
}

/** CPU time for an owner with so many connections at one provider, to an owner with the fewest. */
export interface OwnerRow {
  readonly size: number
  /** The bytes of the one stored value. */
  readonly bytes: number
  /** An authorized request, and the list of all connections. */
  readonly request: Spread
  readonly list: Spread
}

const PATHS = { request: '/me', list: '/auth/connections' } as const
type Item = keyof typeof PATHS
// Connections that one request stores.
const SEEDS = 50
const ITEMS = Object.keys(PATHS) as Item[]

/** Measures owners with few and with many connections, each over a KV of its own. */
export async function measureOwner(plan: OwnerPlan, folder: string): Promise<OwnerRow[]> {
  const script = await buildWorker('../growth/workers/owner')
  const provider = createProvider(false)
  const running: { size: number; bytes: number; worker: RunningWorker; times: Record<Item, number[]> }[] = []
  const ask = async (worker: RunningWorker, path: string, requests: number) => {
    const visitor = worker.visitors(AT_ONCE)()
    await pool(Array.from({ length: requests }), AT_ONCE, async () => {
      const { status, body } = await visitor.send(path, { headers: { 'x-user': 'owner' } })
      if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`)
    })
  }
  try {
    for (const size of plan.sizes) {
      const own = `${folder}/${size}`
      await mkdir(own, { recursive: true })
      const worker = await RunningWorker.start({ contender: OVER_KV_UNCACHED, script, provider, folder: own })
      const visitor = worker.visitors(1)()
      for (let from = 0; from < size; from += SEEDS) {
        await visitor.send(`/seed/owner/${from}/${Math.min(from + SEEDS, size)}`, { method: 'POST' })
      }
      const bytes = Number((await visitor.send('/length')).body)
      for (const item of ITEMS) await ask(worker, PATHS[item], plan.warmUp)
      running.push({ size, bytes, worker, times: { request: [], list: [] } })
    }
    const random = seededRandom(plan.seed)
    for (let round = 0; round < plan.rounds; round++) {
      for (const { worker, times } of shuffle(running, random)) {
        for (const item of ITEMS) {
          const before = await worker.cpuTime()
          await ask(worker, PATHS[item], plan.requests)
          times[item].push((await worker.cpuTime()) - before)
        }
      }
    }
  } finally {
    for (const { worker } of running) await worker.stop()
  }
  const ratio = (times: readonly number[], item: Item) =>
    spreadOf(times.map((time, round) => time / (running[0]?.times[item][round] ?? Number.NaN)))
  return running.map(({ size, bytes, times }) => ({
    size,
    bytes,
    request: ratio(times.request, 'request'),
    list: ratio(times.list, 'list'),
  }))
}
