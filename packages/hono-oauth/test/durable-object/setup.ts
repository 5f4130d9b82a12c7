import type { OAuthConfig, Store } from 'hono-oauth'
import { afterEach, beforeEach, vi } from 'vitest'
import { DAY, LIFETIME, ORIGIN, SCRIPT } from '../rig/constants.ts'
import { nodeHost } from '../rig/hosts.ts'
import type { FakeObject } from '../rig/objects.ts'
import { readJson } from '../rig/read-json.ts'
import { createRig } from '../rig/rig.ts'

/** A whole second, so that what is due then is exact. */
export const START = 1_790_000_000
/** How long an object with connections sleeps at most, in seconds. */
export const WEEK = 7 * DAY
/** When a token is renewed ahead of time, in seconds after its issue: before the last tenth. */
export const RENEWAL = LIFETIME * 0.9
export const CONNECTION = /^connections\//

/** Lets time stand still between the tests' own steps, and takes chance away. Timers go on. */
export function standStill(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: START * 1000 })
    vi.spyOn(Math, 'random').mockReturnValue(0)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
}

/** How many seconds it is after the start. */
export const passed = () => Date.now() / 1000 - START
export const advance = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000)

/** The user `ada`, whose connections are in one object, and the app in front of it. */
export async function setup(config: Partial<OAuthConfig> = {}, through?: (objects: Store) => Store) {
  const rig = await createRig(nodeHost(config, { ...(through && { through }) }))
  const browser = rig.browser('ada')
  const { wire, place } = rig
  let known: FakeObject | undefined

  /** Connects an account; each is a grant of its own. */
  async function connect(user = 'user-1001', name = 'ex-object'): Promise<string> {
    await rig.connect(browser, `/account/${name}/login`, Object.entries({ decision: 'allow', user }))
    const { id } = ((await rig.events('connected')).at(-1) as { connection: { id: string } }).connection
    known = place.objects.object(`owners/${id.split('.')[1]}`)
    return id
  }
  /** The object of ada, which is there once something is connected. */
  const object = () => known as FakeObject
  const asked = (path: string, grantType = '') =>
    wire.requests(path).filter(({ body }) => body.includes(grantType)).length

  return {
    rig,
    place,
    browser,
    connect,
    object,
    /** Connects with a token that never ends. */
    paste: async (token = 'user-1003:eternal') => {
      const { id } = await readJson(browser.submit('/u/paste/ex-object', { token }))
      known = place.objects.object(`owners/${String(id).split('.')[1]}`)
    },
    /** Looks at a connection, which is a use of it. */
    read: async (name = 'ex-object') => (await browser.request(`/u/choose/${name}`)).status,
    /** Calls the API, which renews a token that is over. */
    use: async (name = 'ex-object') => (await browser.request(`/u/use/${name}`)).status,
    async leave(id: string): Promise<string> {
      const path = `/account/connections/${id}/revoke`
      const answer = await browser.request(path, { method: 'POST', headers: { ...SCRIPT, origin: ORIGIN } })
      return (await readJson(answer)).outcome
    },
    /** Has the next requests to an endpoint fail. */
    fail(path: '/token' | '/revoke', times = 1, retryAfter?: number): void {
      const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
      let left = times
      wire.intercept(({ url }) =>
        url.pathname === path && left-- > 0 ? new Response(null, { status: 503, headers }) : undefined,
      )
    },
    renewals: () => asked('/token', 'grant_type=refresh_token'),
    /** Each attempt to end a grant: the refresh token goes first. */
    revocations: () => asked('/revoke', 'token_type_hint=refresh_token'),
    types: async () => (await place.ran()).events.map(({ type }) => type),
    health: async () => (await rig.connections(browser, '/account')).map(({ health }) => health),
    /** The keys of connections that the object stores. */
    keys: () => Object.keys(Object.fromEntries(object().storage.entries())).filter((key) => CONNECTION.test(key)),
    /** When the alarm is to ring, in seconds after the start. */
    alarm: () => {
      const { alarmAt } = object().storage
      return alarmAt === undefined ? undefined : alarmAt / 1000 - START
    },
    /** Goes on to the alarm and lets it ring. */
    async ring(): Promise<void> {
      const { alarmAt } = object().storage
      if (alarmAt === undefined) throw new Error('no alarm is set')
      vi.setSystemTime(Math.max(Date.now(), alarmAt))
      await object().ring()
    },
  }
}

export type Setup = Awaited<ReturnType<typeof setup>>
