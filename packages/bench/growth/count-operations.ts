import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser } from '../src/browser.ts'
import { buildWorker } from '../src/build-worker.ts'
import { consent, createProvider } from '../src/provider.ts'
import { RunningWorker } from '../src/running-worker.ts'
import { FILL } from './fill.ts'
import { COUNTED, STORES, type StoreName } from './stores.ts'

/**
 * What happens to a connection, and asks something of its storage. The alarms are those of Durable Objects: an object
 * renews a token in use ahead of time, and leaves one that was not used since.
 */
export type EventName =
  | 'request after a pause'
  | 'request'
  | 'renewal'
  | 'failed renewal'
  | 'alarm that renews'
  | 'alarm that does not'

/** What one event asks of the storage, by kind of operation. */
export type Operations = Readonly<Record<string, number>>
export type OperationsOf = Partial<Record<EventName, Operations>>

// An alarm renews a token of a minute 15 to 30 seconds after its start.
const LIFETIME_SECONDS = 60
const ENDED_MS = 62_000
const ALARM_WITHIN_SECONDS = 32
// An object that is idle for ten seconds leaves the memory, and notes a read again after thirty.
const PAUSE_MS = 35_000
// What a Worker does behind an answer counts with it.
const SETTLE_MS = 300
const MANY = 1_000_000

/**
 * Counts what each event asks of each store, in workerd. It takes more than a minute, because tokens have to end.
 *
 * @param neighbours - how many other connections KV and D1 hold; an object has none
 */
export async function countOperations(folder: string, neighbours: number): Promise<Record<StoreName, OperationsOf>> {
  const starts: { used: Start; ended: Start }[] = []
  // One after the other: this process does nothing else while it fills.
  for (const store of STORES) {
    const script = await buildWorker(COUNTED[store].entry)
    const prepare = (name: string) => filled({ store, script, folder: join(folder, store, name) }, neighbours)
    starts.push({ used: await prepare('used'), ended: await prepare('ended') })
  }
  const counted = await Promise.all(
    starts.map(async ({ used, ended }) => {
      const { store } = used
      const [uses, renewals] = await Promise.all([
        withWorker(used, (worker) => countUses(store, worker)),
        withWorker(ended, (worker) => countRenewals(store, worker)),
      ])
      const { renewal, failed, ...alarms } = renewals
      const paused = uses['request after a pause'] ?? uses.request
      const ofStore = { ...uses, ...alarms, renewal: minus(renewal, paused), 'failed renewal': minus(failed, paused) }
      return [store, ofStore] as const
    }),
  )
  return Object.fromEntries(counted) as Record<StoreName, OperationsOf>
}

async function filled(start: Start, neighbours: number): Promise<Start> {
  const { store, folder } = start
  if (store === 'Durable Object') return start
  await withWorker(start, (worker) => worker.connect())
  FILL[store](folder, neighbours)
  return start
}

/** Of a connection that is used. */
async function countUses(store: StoreName, worker: CountingWorker) {
  const browser = await worker.connect()
  await worker.use(browser)
  const request = await worker.use(browser)
  if (store !== 'Durable Object') return { request }
  let renewing: Operations = {}
  for (let second = 0; second < ALARM_WITHIN_SECONDS && !renewing['requests']; second++) {
    await wait(1000 - SETTLE_MS)
    renewing = await worker.counts()
  }
  await wait(PAUSE_MS)
  return { request, 'alarm that renews': renewing, 'request after a pause': await worker.use(browser) }
}

/** Of connections that are first used when their token has ended. */
async function countRenewals(store: StoreName, worker: CountingWorker) {
  const [one, other] = [await worker.connect(), await worker.connect()]
  await worker.counts()
  await wait(ENDED_MS)
  const alarms = Object.entries(await worker.counts()).map(([kind, count]) => [kind, count / 2])
  const renewal = await worker.use(one)
  worker.failProvider()
  const failed = await worker.use(other, 503)
  return { renewal, failed, ...(store === 'Durable Object' && { 'alarm that does not': Object.fromEntries(alarms) }) }
}

/** What an event asks beside the request that it is a part of. */
function minus(whole: Operations, part: Operations): Operations {
  return Object.fromEntries(Object.entries(whole).map(([kind, count]) => [kind, count - (part[kind] ?? 0)]))
}

interface CountingWorker {
  connect(): Promise<Browser>
  /** What an authorized request asks of the storage. */
  use(browser: Browser, status?: number): Promise<Operations>
  /** What was asked since the last call. */
  counts(): Promise<Operations>
  failProvider(): void
}

interface Start {
  readonly store: StoreName
  readonly script: string
  readonly folder: string
}

async function withWorker<T>(
  { store, script, folder }: Start,
  work: (worker: CountingWorker) => Promise<T>,
): Promise<T> {
  const contender = COUNTED[store]
  const provider = createProvider(contender.isRotating ?? true, LIFETIME_SECONDS)
  const worker = await RunningWorker.start({ contender, script, provider, folder })
  const visitor = worker.visitors(1)
  const counts = async (): Promise<Operations> => {
    await wait(SETTLE_MS)
    return JSON.parse((await visitor().send('/counts')).body)
  }
  try {
    return await work({
      counts,
      async connect() {
        const browser = visitor()
        const { headers } = await browser.send('/auth/example/login')
        const callback = await consent(provider, headers.location ?? '')
        await browser.send(callback, { headers: { 'sec-fetch-site': 'cross-site' } })
        return browser
      },
      async use(browser, status = 200) {
        await counts()
        const answer = await browser.send('/me')
        if (answer.status !== status) throw new Error(`/me answered ${answer.status}: ${answer.body}`)
        return counts()
      },
      failProvider: () => void provider.control.setScenario('oauth.example', 'token-endpoint-503', MANY),
    })
  } finally {
    await worker.stop()
  }
}
