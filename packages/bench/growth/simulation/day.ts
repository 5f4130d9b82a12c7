import { seededRandom } from '../../src/shuffle.ts'
import type { Assumptions } from './assumptions.ts'
import { D1Model } from './d1-model.ts'
import { KvModel } from './kv-model.ts'
import type { Model, World } from './model.ts'
import { ObjectModel } from './object-model.ts'
import { Provider } from './provider.ts'
import { Tally } from './tally.ts'
import { DAY, Visits } from './visits.ts'

export const HOUR = 60 * 60

/** The stores of the model; of objects it is not known how many share an isolate, and so a circuit. */
export const SETUPS = ['KV', 'D1', 'objects alone', 'objects that share isolates'] as const
export type Setup = (typeof SETUPS)[number]

const MODELS: Readonly<Record<Setup, (world: World) => Model>> = {
  KV: (world) => new KvModel(world),
  D1: (world) => new D1Model(world),
  'objects alone': (world) => new ObjectModel(world, 0),
  'objects that share isolates': (world) => new ObjectModel(world, world.assumed.objectIsolates),
}

/** The busiest second and the mean of some time, in calls per second. */
export interface Load {
  readonly busiest: number
  readonly mean: number
}

/** What the model found for one store and one lifetime of the tokens. */
export interface Day {
  readonly setup: Setup
  /** In seconds; absent for tokens without an end. */
  readonly lifetime?: number
  readonly tally: Tally
  /** Connections that were refused at least once. */
  readonly refusedConnections: number
  /** Calls that were on their way when the outage began. */
  readonly inFlight: number
  /** Calls to the provider: in the two hours before the outage, in the outage, and in the hour after. */
  readonly before: Load
  readonly during: Load
  readonly after: Load
  /** The mean of each five minutes of the day, and the busiest second of each half minute around the outage. */
  readonly ofDay: readonly number[]
  readonly ofOutage: readonly number[]
}

/** The part of the day that `ofOutage` shows, in seconds before and after the outage. */
export const AROUND = { before: 10 * 60, after: 40 * 60, step: 30 } as const
export const DAY_STEP = 5 * 60

/**
 * Simulates a day, second by second.
 *
 * @param lifetime - of the access tokens, in seconds; `Infinity` for no end
 */
export function simulateDay(assumed: Assumptions, setup: Setup, lifetime: number): Day {
  // Two lives of a token before the day, so that it begins as every day does.
  const from = Number.isFinite(lifetime) ? -Math.min(2 * lifetime, DAY) : 0
  const random = seededRandom(assumed.seed + 1)
  const downFrom = assumed.outageHour * HOUR
  const down = { from: downFrom, to: downFrom + assumed.outageSeconds }
  const provider = new Provider(random, DAY, down, assumed.providerMs / 1000)
  const model = MODELS[setup]({ assumed, lifetime, provider, random, from })
  const visits = new Visits(assumed, from)
  for (let second = from; second < DAY; second++) {
    if (second === 0) model.tally = new Tally()
    model.wake(second)
    for (let page = visits.next(second); page; page = visits.next(second)) model.use(page)
  }
  const { calls } = provider
  return {
    setup,
    ...(Number.isFinite(lifetime) && { lifetime }),
    tally: model.tally,
    refusedConnections: model.refusedOnce.reduce((sum, flag) => sum + flag, 0),
    inFlight: Math.round(((calls[down.from - 1] ?? 0) * assumed.providerMs) / 1000),
    before: loadOf(calls.subarray(Math.max(0, down.from - 2 * HOUR), down.from)),
    during: loadOf(calls.subarray(down.from, down.to)),
    after: loadOf(calls.subarray(down.to, down.to + HOUR)),
    ofDay: steps(calls, DAY_STEP).map(({ mean }) => mean),
    ofOutage: steps(calls.subarray(Math.max(0, down.from - AROUND.before), down.to + AROUND.after), AROUND.step).map(
      ({ busiest }) => busiest,
    ),
  }
}

function loadOf(calls: Uint32Array): Load {
  const sum = calls.reduce((whole, one) => whole + one, 0)
  return { busiest: calls.reduce((most, one) => Math.max(most, one), 0), mean: round(sum / Math.max(calls.length, 1)) }
}

const steps = (calls: Uint32Array, step: number): Load[] =>
  Array.from({ length: Math.ceil(calls.length / step) }, (_, index) =>
    loadOf(calls.subarray(index * step, (index + 1) * step)),
  )

const round = (value: number) => Math.round(value * 100) / 100
