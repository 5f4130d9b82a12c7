import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { CONTENDERS } from './contenders.ts'
import { Lane } from './lane.ts'
import { Results } from './results.ts'
import { seededRandom, shuffle } from './shuffle.ts'
import type { Work } from './work.ts'

export interface Plan {
  readonly seed: number
  readonly rounds: number
  /** Visitors who log in, for each contender in each round. */
  readonly flows: number
  /** Warm requests, for each contender in each round. */
  readonly requests: number
  /** What each contender does before the first round, so that V8 has compiled what is used often. */
  readonly warmUp: { readonly flows: number; readonly requests: number }
  /** Rounds of first requests, each of them in a new process. */
  readonly coldRounds: number
}

interface Running {
  readonly lane: Lane
  readonly work: Work
  /** Where tokens end. */
  readonly ending: Work
}

// The tokens live for a second; some contenders count in whole seconds.
const TOKEN_ENDS_MS = 2200

/** Runs all contenders, in an order that is another one in each round. */
export async function measure(plan: Plan, folder: string, say: (text: string) => void) {
  const results = new Results()
  const random = seededRandom(plan.seed)
  const lanes = await Promise.all(CONTENDERS.map((contender) => Lane.create(contender, join(folder, contender.entry))))
  const all = [...lanes]
  try {
    const running: Running[] = []
    for (const lane of lanes) {
      say(`warming up ${lane.contender.name}`)
      const work = await lane.start()
      await warmUp(lane, work, plan)
      const other = await lane.whereTokensEnd()
      if (other !== lane) all.push(other)
      const ending = other === lane ? work : await other.start()
      if (ending !== work && other.contender.login) {
        await ending.flows(other.contender.login, plan.warmUp.flows)
      }
      running.push({ lane, work, ending })
    }
    for (let round = 1; round <= plan.rounds; round++) {
      say(`round ${round} of ${plan.rounds}`)
      await runRound(shuffle(running, random), plan, results)
    }
    await Promise.all(all.map((lane) => lane.stop()))
    for (let round = 1; round <= plan.coldRounds; round++) {
      say(`cold round ${round} of ${plan.coldRounds}`)
      await runColdRound(shuffle(lanes, random), results)
    }
  } finally {
    await Promise.all(all.map((lane) => lane.stop()))
  }
  return results
}

async function warmUp(lane: Lane, work: Work, plan: Plan): Promise<void> {
  const { login, setUp } = lane.contender
  if (setUp) await work.setUp(setUp)
  if (login) {
    // The first login on its own: all visitors are the same person, whose account is made once.
    lane.cookies = await work.logIn(login)
    await work.flows(login, plan.warmUp.flows)
  }
  await work.requests(lane.cookies, plan.warmUp.requests)
}

async function runRound(running: readonly Running[], plan: Plan, results: Results): Promise<void> {
  for (const { lane, work } of running) {
    const { contender, cookies } = lane
    if (contender.login) {
      const { login, callback, flow } = await work.flows(contender.login, plan.flows)
      results.add([contender, 'login'], login)
      results.add([contender, 'callback'], callback)
      results.add([contender, 'flow'], flow)
    }
    results.add([contender, 'request'], await work.requests(cookies, plan.requests))
  }
  await runBursts(running, results)
}

/**
 * These logins come last: all visitors are the same person, and one contender keeps only the latest token
 * of a person.
 */
async function runBursts(running: readonly Running[], results: Results): Promise<void> {
  const bursts: (() => Promise<void>)[] = []
  for (const { lane, ending } of running) {
    const { contender } = lane
    if (!contender.login) continue
    const cookies = await ending.prepareBurst(contender.login)
    bursts.push(async () => results.addBurst(contender, await ending.burst(cookies)))
  }
  await wait(TOKEN_ENDS_MS)
  for (const burst of bursts) await burst()
}

async function runColdRound(lanes: readonly Lane[], results: Results): Promise<void> {
  for (const lane of lanes) {
    const { contender, cookies } = lane
    if (contender.isDurable === false) continue
    const work = await lane.start()
    results.add([contender, 'first'], await work.firstRequest(cookies))
    await lane.stop()
  }
}
