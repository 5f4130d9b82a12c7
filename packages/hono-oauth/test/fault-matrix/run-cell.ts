import type { OauthExampleOptions } from 'provider-emulator'
import { type App, appOver, CONTEXT } from '../rig/app.ts'
import { Browser } from '../rig/browser.ts'
import { LIFETIME } from '../rig/constants.ts'
import { createProvider } from '../rig/provider.ts'
import { readJson } from '../rig/read-json.ts'
import { watchStillness } from '../rig/stillness.ts'
import { movableClock, virtualTime } from '../rig/virtual-time.ts'
import { createWire } from '../rig/wire.ts'
import { waitFor } from './driver.ts'
import { breakAt, type FaultName, type Target } from './faults.ts'
import { openPlace, type PlaceName, PROVIDERS } from './places.ts'

export const OPERATIONS = ['login', 'first callback', 'callback', 'call', 'refresh', 'disconnect'] as const
export type Operation = (typeof OPERATIONS)[number]

/** What can be seen of one cell from outside. */
export type Observed = Awaited<ReturnType<typeof runCell>>

/** How `oauth.example` differs from what it is by default. */
export type ProviderSettings = Pick<OauthExampleOptions, 'graceSeconds'>

// Longer than a provider that failed is spared, and than a revocation waits for its next try; seconds.
const LATER = 120

type Played = { place: PlaceName; target: Target; fault: FaultName; operation: Operation; settings?: ProviderSettings }

/** Plays one cell: the operation while the fault lasts, and what comes after it. */
export async function runCell({ place: placeName, target, fault, operation, settings = {} }: Played) {
  const name = PROVIDERS[placeName]
  const stillness = watchStillness()
  const time = virtualTime()
  const { now, advance } = movableClock(time)
  // Only a store that can compare and swap keeps refresh tokens that rotate.
  const rotation = placeName === 'kv' ? 'never' : 'always'
  const provider = createProvider({ now, oauthExample: { rotation, ...settings } })
  const wire = createWire({ fetch: (request) => stillness.track(provider.fetch(request)) })
  const clients = await stillness.track(provider.clients())
  const place = openPlace(placeName, now, () => app)
  const fetch = (url: string, init: RequestInit) => wire.follow(url, init)
  const app: App = appOver(place.store, name, { ...clients, now, fetch })
  const browser = new Browser(async (url, init) => app.app.request(url, init, {}, CONTEXT), now)
  const get = (path: string) => browser.request(path, { headers: JSON_ONLY })
  const wait = <T>(work: Promise<T>) => waitFor(work, stillness, time)
  /** Lets everything end that is on its way. */
  const drain = () => wait(new Promise(() => undefined))
  const must = async <T>(work: Promise<T>): Promise<T> => {
    const ended = await wait(work)
    if (ended === 'never' || 'failure' in ended) throw new Error('an unbroken step failed')
    return ended.value
  }
  /** A login up to the callback, which is returned and not opened. */
  const login = async () => {
    const started = await browser.request(`/auth/${name}/login`)
    return provider.consent(started.headers.get('location') ?? '')
  }
  const sent = (grantType: string) => wire.sent.filter(({ body }) => body.includes(`grant_type=${grantType}`)).length
  const isLive = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const me = await provider.fetch(new Request('https://oauth.example/api/me', { headers }))
    return me.status === 200
  }
  const askToken = async () => {
    const answer = await get(`/s/token/${name}`)
    const { token, code } = await readJson(answer)
    if (answer.status !== 200 || !token) return `${answer.status} ${code}`
    return (await isLive(token)) ? 'works' : 'a dead token'
  }
  const operate = (callback: string): Record<Operation, () => Promise<Response>> => ({
    login: () => get(`/auth/${name}/login`),
    'first callback': () => get(callback),
    callback: () => get(callback),
    call: () => get(`/s/use/${name}`),
    refresh: () => get(`/s/token/${name}`),
    disconnect: () => browser.request(`/s/leave/${name}`, { method: 'POST', headers: JSON_ONLY }),
  })
  try {
    if (operation !== 'first callback') {
      await must(login().then((callback) => browser.request(callback)))
      await drain()
      advance(5)
    }
    const callback = operation.endsWith('callback') ? await must(login()) : ''
    if (operation === 'refresh') advance(LIFETIME + 1)
    const hadSession = browser.hasSession()
    let calls = 0
    const struck = () => void calls++
    const heal = breakAt(target, fault, { place, wire, struck })
    const before = { codes: sent('authorization_code'), refreshes: sent('refresh_token') }
    const ended = await wait(operate(callback)[operation]())
    if (ended !== 'never' && 'failure' in ended) throw ended.failure
    const answer = ended === 'never' ? undefined : ended.value
    const text = (await answer?.clone().text()) ?? ''
    const body = text.startsWith('{') ? JSON.parse(text) : {}
    const seen = {
      /** Of the answer that came while the fault lasted; `never` when none did. */
      status: answer?.status ?? ('never' as const),
      code: body.code,
      outcome: body.outcome ?? (body.sub && `about ${body.sub}`),
      retryAfter: answer?.headers.get('retry-after') ?? null,
      /** How long the answer took, in milliseconds on the clock of the runtime. */
      elapsedMs: ended === 'never' ? Number.POSITIVE_INFINITY : ended.elapsedMs,
      /** Whether a token that was shown is one that the provider takes; `undefined` when none was shown. */
      isTokenLive: body.token === undefined ? undefined : await must(isLive(body.token)),
      codesSent: sent('authorization_code') - before.codes,
      refreshesSent: sent('refresh_token') - before.refreshes,
      /** How many calls to an object the fault has struck. */
      calls,
      hadSession,
      hasSession: browser.hasSession(),
    }
    heal()
    await drain()
    advance(LATER)
    await must(place.ring())
    await must(get('/auth/connections'))
    await drain()
    const after = await must(askToken())
    advance(LIFETIME + 1)
    const afterEnd = await must(askToken())
    const { connections } = await must(readJson(get('/auth/connections')))
    const grants = provider.control.oauthExample.grants()
    return {
      ...seen,
      /** What a request for a token gets once the fault is over, and again after the token has ended. */
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

const JSON_ONLY = { accept: 'application/json' }
