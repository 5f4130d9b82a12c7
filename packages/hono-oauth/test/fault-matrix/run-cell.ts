import { createEmulator, type OauthExampleOptions } from 'provider-emulator'
import { CLIENT, KEYS, plainExample } from '../interleavings/plain-example.ts'
import { watchStillness } from '../interleavings/stillness.ts'
import { virtualTime } from '../interleavings/virtual-time.ts'
import { exampleApp, exampleOAuth } from '../rotation/example-app.ts'
import { ORIGIN } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { tapFetch } from '../support/provider-tap.ts'
import { drain, waitFor } from './driver.ts'
import { breakableFetch, breakPlace, ENDPOINTS, type FaultName, type Target } from './faults.ts'
import { openPlace, type PlaceName } from './places.ts'

export const OPERATIONS = [
  'login',
  'first callback',
  'callback',
  'call',
  'refresh',
  'disconnect',
] as const
export type Operation = (typeof OPERATIONS)[number]

/** What can be seen of one cell from outside. */
export interface Observed {
  /** Of the answer that came while the fault lasted; `never` when none did. */
  readonly status: number | 'never'
  readonly code: string | undefined
  readonly outcome: string | undefined
  readonly retryAfter: string | null
  /** How long the answer took, in milliseconds on the clock of the runtime. */
  readonly elapsedMs: number
  /** Whether a token that was shown is one that the provider takes; `undefined` when none was shown. */
  readonly isTokenLive: boolean | undefined
  readonly codesSent: number
  readonly refreshesSent: number
  /** How many calls to an object the fault has struck. */
  readonly calls: number
  readonly hadSession: boolean
  readonly hasSession: boolean
  /** What a request for a token gets once the fault is over, and again after the token has ended. */
  readonly after: string
  readonly afterEnd: string
  /** In the end. */
  readonly connections: number
  readonly livingGrants: number
  readonly isReused: boolean
}

/** How `oauth.example` differs from what it is by default. */
export type ProviderSettings = Pick<OauthExampleOptions, 'graceSeconds' | 'reuseDetection'>

const START_MS = 1_790_000_000_000
const LIFETIME = 3600
// Longer than a provider that failed is spared, and than a revocation waits for its next try; seconds.
const LATER = 120

/** Plays one cell: the operation while the fault lasts, and what comes after it. */
export async function runCell(
  placeName: PlaceName,
  target: Target,
  fault: FaultName,
  operation: Operation,
  settings: ProviderSettings = {},
): Promise<Observed> {
  const stillness = watchStillness()
  const time = virtualTime(START_MS)
  let offsetMs = 0
  const now = () => time.now() + offsetMs
  const advance = (seconds: number) => {
    offsetMs += seconds * 1000
  }
  const clients = [{ ...CLIENT, redirectUris: [`${ORIGIN}/auth/example/callback`] }]
  const { control, ...server } = createEmulator({
    consent: 'auto',
    now,
    oauthExample: { clients, ...settings },
  })
  const emulator = { control, fetch: tapFetch(server.fetch) }
  const way = breakableFetch((url, init) => stillness.track(emulator.fetch(new Request(url, init))))
  const place = openPlace(placeName, now, () => oauth)
  const oauth = exampleOAuth<object>({
    keys: () => KEYS,
    client: () => CLIENT,
    store: () => place.store,
    now,
    config: {
      owner: undefined as never,
      providers: { example: plainExample() },
      fetch: way.fetch,
      allowUnsafeRotation: ['example'],
    },
  })
  const app = exampleApp(oauth)
  const env = {}
  const background: Promise<unknown>[] = []
  const context = {
    waitUntil: (work: Promise<unknown>) => void background.push(work),
    passThroughOnException: () => undefined,
    props: {},
  }
  const browser = new Browser(async (url, init) => app.request(url, init, env, context), now)
  const json = { accept: 'application/json' }
  const get = (path: string) => browser.request(path, { headers: json })
  const wait = <T>(work: Promise<T>) => waitFor(work, stillness, time)
  const must = async <T>(work: Promise<T>): Promise<T> => {
    const ended = await wait(work)
    if (ended === 'never' || 'failure' in ended) throw new Error('an unbroken step failed')
    return ended.value
  }
  /** A login up to the callback, which is returned and not opened. */
  const login = async () => {
    const started = await browser.request('/auth/example/login')
    const consent = await emulator.fetch(new Request(started.headers.get('location') ?? ''))
    return consent.headers.get('location') ?? ''
  }
  const isLive = async (token: string) => {
    const me = await emulator.fetch(
      new Request('https://oauth.example/api/me', {
        headers: { authorization: `Bearer ${token}` },
      }),
    )
    return me.status === 200
  }
  const askToken = async () => {
    const answer = await get('/token')
    const body = (await answer.json()) as { token?: string; code?: string }
    if (answer.status !== 200 || !body.token) return `${answer.status} ${body.code}`
    return (await isLive(body.token)) ? 'works' : 'a dead token'
  }
  try {
    if (operation !== 'first callback') {
      await must(login().then((callback) => browser.request(callback)))
      await must(drain(stillness, time))
      advance(5)
    }
    const callback = operation.endsWith('callback') ? await must(login()) : ''
    if (operation === 'refresh') advance(LIFETIME + 1)
    const hadSession = browser.hasSession()
    let callsStruck = 0
    const struck = () => {
      callsStruck++
    }
    const heal = (ENDPOINTS as readonly string[]).includes(target)
      ? way.break(target as (typeof ENDPOINTS)[number], fault)
      : breakPlace(place, target, fault, struck)
    const sent = { codes: way.sent('authorization_code'), refreshes: way.sent('refresh_token') }
    const ended = await wait(
      {
        login: () => get('/auth/example/login'),
        'first callback': () => get(callback),
        callback: () => get(callback),
        call: () => get('/me'),
        refresh: () => get('/token'),
        disconnect: () => browser.request('/leave', { method: 'POST', headers: json }),
      }[operation](),
    )
    if (ended !== 'never' && 'failure' in ended) throw ended.failure
    const answer = ended === 'never' ? undefined : ended.value
    const text = (await answer?.clone().text()) ?? ''
    const body = text.startsWith('{') ? JSON.parse(text) : {}
    const isTokenLive = body.token === undefined ? undefined : await must(isLive(body.token))
    const codesSent = way.sent('authorization_code') - sent.codes
    const refreshesSent = way.sent('refresh_token') - sent.refreshes
    const calls = callsStruck
    const hasSession = browser.hasSession()
    heal()
    await drain(stillness, time)
    advance(LATER)
    await must(place.ring())
    await must(get('/auth/connections'))
    await drain(stillness, time)
    const after = await must(askToken())
    advance(LIFETIME + 1)
    const afterEnd = await must(askToken())
    const { connections } = (await must(get('/auth/connections').then((it) => it.json()))) as {
      connections: unknown[]
    }
    const grants = emulator.control.oauthExample.grants()
    return {
      status: answer?.status ?? 'never',
      code: body.code,
      outcome: body.outcome ?? (body.sub && `about ${body.sub}`),
      retryAfter: answer?.headers.get('retry-after') ?? null,
      elapsedMs: ended === 'never' ? Number.POSITIVE_INFINITY : ended.elapsedMs,
      isTokenLive,
      codesSent,
      refreshesSent,
      calls,
      hadSession,
      hasSession,
      after,
      afterEnd,
      connections: connections.length,
      livingGrants: grants.filter(({ alive }) => alive).length,
      isReused: grants.some(({ reuseDetectedAt }) => reuseDetectedAt !== null),
    }
  } finally {
    time.restore()
    stillness.restore()
  }
}
