import { Hono } from 'hono'
import { afterEach, beforeEach, vi } from 'vitest'
import { ConnectionDocuments } from '../../src/connections/documents.ts'
import type { ConnectionEvent } from '../../src/connections/events.ts'
import type { ConnectionOwner } from '../../src/connections/home.ts'
import type { ConnectionRecord } from '../../src/connections/record.ts'
import { durableObjectStore } from '../../src/durable-object/store.ts'
import { OAuthError } from '../../src/errors.ts'
import type { OAuthConfig } from '../../src/middleware/config.ts'
import { createOAuth } from '../../src/middleware/create-oauth.ts'
import type { Provider } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { cachedStore } from '../../src/stores/cached.ts'
import type { Store } from '../../src/stores/contract.ts'
import { keyText, ringOf } from '../crypto/keys.ts'
import { FakeNamespace } from './fake-namespace.ts'
import { fakeProvider } from './fake-provider.ts'

/** A whole second, so that what is due then is exact. */
export const START = 1_790_000_000
/** How long an object with connections sleeps at most, in seconds. */
export const WEEK = 7 * 24 * 60 * 60
export const OBJECT = 'owners/ada'
export const ORIGIN = 'https://app.example'

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

/** The providers `p` and `q`, objects that keep connections, and an isolate in front of them. */
export function setup(
  options: {
    readonly overrides?: Partial<Provider>
    readonly config?: Partial<OAuthConfig>
    /** Where it differs from the configuration of the isolate in front. */
    readonly objectConfig?: Partial<OAuthConfig>
    readonly cache?: Store
  } = {},
) {
  const p = fakeProvider(options.overrides)
  const q = fakeProvider()
  const events: ConnectionEvent[] = []
  /** Its objects exist before the configuration that they run with. */
  const namespace: FakeNamespace = new FakeNamespace({
    engine: (...args) => inside.engine(...args),
  })
  const store = durableObjectStore(namespace)
  const configured = (config: Partial<OAuthConfig> = {}) =>
    createOAuth(() => ({
      origin: ORIGIN,
      keys: keyText('objects'),
      providers: { p: p.provider, q: q.provider },
      store: options.cache ? cachedStore(store, options.cache) : store,
      owner: (c) => c.req.header('x-user'),
      onEvent: (event) => void events.push(event),
      ...(options.config as object),
      ...(config as object),
    }))
  const inside = configured(options.objectConfig)
  const oauth = configured()
  const app = new Hono()
  app.route('/auth', oauth.routes)
  app.post('/connect', async (c) => c.json(await oauth.connect(c, 'p', await c.req.text())))
  app.get('/token', oauth.require('p'), async (c) =>
    c.text((await c.var.connection.accessToken()).reveal()),
  )
  app.onError((error) => {
    if (error instanceof OAuthError) return error.getResponse()
    throw error
  })

  const now = () => Math.floor(Date.now() / 1000)
  const documents = new ConnectionDocuments(store, ringOf('objects'), now)
  const home = store.openHome(documents)
  const address = (provider = 'p', owner: ConnectionOwner = { key: 'ada' }) => ({ provider, owner })
  const connect = (code: string, at = address()): Promise<ConnectionRecord> =>
    home.complete(at, {
      parameters: new URLSearchParams({ code }),
      state: 'state',
      redirectUri: `${ORIGIN}/auth/p/callback`,
      now: now(),
    })
  const object = namespace.object(OBJECT)
  return {
    p,
    q,
    events,
    types: () => events.map(({ type }) => type),
    namespace,
    store,
    home,
    address,
    connect,
    configured,
    app,
    object,
    /** Has the one connection there is renewed, as whoever holds it would. */
    async renew(reason: 'ending' | 'refused' = 'ending'): Promise<string> {
      const [held] = await home.list(address())
      if (!held) throw new Error('there is no connection')
      return (await home.renew(address(), held, reason)).accessToken.reveal()
    },
    accept: (token: string, at = address()) => home.accept(at, new Secret(token)),
    /** When the alarm is to ring, in seconds after the start. */
    alarm: () => {
      const { alarmAt } = object.storage
      return alarmAt === undefined ? undefined : alarmAt / 1000 - START
    },
    /** Goes on to the alarm and lets it ring. */
    async ring(): Promise<void> {
      const { alarmAt } = object.storage
      if (alarmAt === undefined) throw new Error('no alarm is set')
      vi.setSystemTime(Math.max(Date.now(), alarmAt))
      await object.ring()
    },
  }
}
