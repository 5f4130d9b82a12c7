import { seededRandom } from 'hono-oauth/testing'
import { KINDS, type Kind } from '../engine/constants.ts'
import { watchStillness } from '../rig/stillness.ts'
import { virtualTime } from '../rig/virtual-time.ts'
import { type Actors, type Counts, createActors, plan } from './actors.ts'
import { TOKEN_SECONDS } from './provider.ts'
import { createScheduler, Violation } from './scheduler.ts'
import { createWorld, type World } from './world.ts'

// When revocations that did not succeed at once are tried again, in seconds.
const PENDING_SECONDS = 90

/**
 * Plays one seed from its beginning: the same seed plays the same way.
 *
 * @returns what became of it; without a `failure` all was well
 */
export async function runSeed(kind: Kind, seed: number) {
  const stillness = watchStillness()
  const time = virtualTime()
  const { random: realRandom } = Math
  // Of its own, so that a pause of another length leaves the order as it is.
  Math.random = seededRandom(-seed)
  const random = seededRandom(seed)
  const scheduler = createScheduler(random, stillness, time)
  const world = await createWorld(kind, scheduler, stillness, time)
  const actors = createActors(kind, world, scheduler)
  scheduler.inspect = () => {
    const reused = world.provider.grants().find(({ reuseDetectedAt }) => reuseDetectedAt !== null)
    if (reused) throw new Violation('a refresh token was sent twice')
  }
  const { trace } = scheduler
  const outcome = (failure?: string) => ({ kind, seed, failure, trace, counts: countTrace(trace, actors.counts) })
  const play = (...work: Promise<unknown>[]) => scheduler.run(work)
  try {
    const first = { action: 'login', pick: 0, jump: 0 } as const
    await play(actors.act('first', { isolate: 0, steps: [first] }))
    const plans = plan(random, world.isolates.length)
    await play(...plans.map((each, index) => actors.act('abcd'.charAt(index), each)))
    await play(settle(world))
    await play(compare(world, actors))
    return outcome()
  } catch (error) {
    return outcome(String(error))
  } finally {
    Math.random = realRandom
    time.restore()
    stillness.restore()
  }
}

/** Tries again what is pending, as a list does behind its answer. */
async function settle({ clock, observer }: World): Promise<void> {
  clock.advance(PENDING_SECONDS)
  await observer.list()
}

/** What is stored here is what lives at the provider, no more and no less. */
async function compare({ clock, observer, isolates, provider }: World, actors: Actors) {
  const living = () => provider.grants().filter(({ alive }) => alive)
  const connections = await observer.list()
  actors.count(`${connections.length} connections in the end`)
  requireEqual(living().length, connections.length, 'living grants, connections stored')
  clock.advance(TOKEN_SECONDS + 1)
  for (const isolate of isolates) {
    const seen = await isolate.list()
    requireEqual(seen.length, connections.length, 'connections seen, connections stored')
    for (const connection of seen) {
      const token = (await connection.accessToken()).reveal()
      requireEqual(await provider.isLive(token), true, 'the token works')
    }
  }
  for (const { liveRefreshTokens } of living()) {
    requireEqual(liveRefreshTokens, 1, 'refresh tokens of a living grant')
  }
  requireEqual(living().length, connections.length, 'living grants in the end')
}

function requireEqual(found: unknown, expected: unknown, what: string): void {
  if (found !== expected) throw new Violation(`${what}: ${found} instead of ${expected}`)
}

/** What happened on the way, so that runs where nothing meets are not taken for a proof. */
function countTrace(trace: readonly string[], counts: Counts): Counts {
  const matching = (pattern: RegExp) => trace.filter((line) => pattern.test(line)).length
  return {
    ...counts,
    steps: trace.length,
    refreshes: matching(/refresh_token refresh-\d+ answers 200/),
    refused: matching(/refresh_token refresh-\d+ answers 400/),
    'swaps lost': matching(/swap was lost/),
    pauses: matching(/ms pass$/),
  }
}

/** How many seeds are played for each kind of store. */
export const SEEDS = 200

/** What became of many seeds. */
export type Report = Awaited<ReturnType<typeof playSeeds>>

/** Plays the seeds of a kind one after the other: they share the clock and the timers. */
export async function playSeeds(kind: Kind) {
  const failures: Awaited<ReturnType<typeof runSeed>>[] = []
  // Of all seeds together.
  const counts: Counts = {}
  for (let seed = 1; seed <= SEEDS; seed++) {
    const outcome = await runSeed(kind, seed)
    if (outcome.failure !== undefined) failures.push(outcome)
    for (const [what, count] of Object.entries(outcome.counts)) {
      counts[what] = (counts[what] ?? 0) + count
    }
  }
  return { kind, failures, counts }
}

/** A kind of store that a person named. */
export function kindOf(text: string): Kind {
  const kind = KINDS.find((each) => each === text)
  if (!kind) throw new Error(`${text} is none of ${KINDS.join(', ')}`)
  return kind
}
