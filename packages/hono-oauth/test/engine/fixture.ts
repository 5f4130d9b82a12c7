import { onTestFinished, vi } from 'vitest'
import { type Connection, summarize } from '../../src/connections/connection.ts'
import { ConnectionAccess } from '../../src/connections/connection-access.ts'
import type { ReportedEvent } from '../../src/connections/events.ts'
import { CircuitBreaker } from '../../src/engine/circuit-breaker.ts'
import { ConnectionEngine } from '../../src/engine/engine.ts'
import { localLeases, storedLeases } from '../../src/engine/leases.ts'
import { RenewalMemory } from '../../src/engine/renewal-memory.ts'
import { storedStates } from '../../src/engine/used-states.ts'
import { isOAuthError } from '../../src/errors.ts'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import { oauth2 } from '../../src/providers/oauth2/index.ts'
import type { PutOptions, Store } from '../../src/stores/contract.ts'
import { kvStore } from '../../src/stores/kv.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { type FakeClock, fakeClock, faultyStore, workersKv } from '../../src/testing/index.ts'
import { observer } from '../../src/telemetry.ts'
import { GrantIndex } from '../../src/vault/grant-index.ts'
import { healthOf } from '../../src/vault/record.ts'
import { Vault } from '../../src/vault/vault.ts'
import { ringOf } from '../crypto/keys.ts'
import { ORIGIN } from '../rig/constants.ts'
import { deferred } from '../rig/gate.ts'
import { noteError } from '../rig/notes.ts'
import { EXAMPLE_CLIENT as CLIENT, createProvider } from '../rig/provider.ts'
import { ADDRESS, HOST, type Kind, LIFETIME, LOGIN_URL, NOW, OWNER } from './constants.ts'
import { passing, type Reply } from './replies.ts'
import type { Vary } from './varied-provider.ts'

const REDIRECT_URI = `${ORIGIN}/auth/ex-memory/callback`

/** The store of an app, and how its provider differs from the real one. */
type WorldOptions = { readonly kind?: Kind; readonly vary?: Vary | undefined }

function openStore(kind: Kind, clock: FakeClock): Store {
  if (kind !== 'kv') return memoryStore({ now: clock.now })
  let writes = 0
  // Workers KV takes one write a second for each key: here each write comes a second after the one before.
  const namespace = workersKv({ now: () => clock.now() + writes * 1000 }).location('here')
  const put: typeof namespace.put = (...args) => {
    writes++
    return namespace.put(...args)
  }
  return kvStore({ ...namespace, put }, { cacheSeconds: 0, now: clock.now })
}

/** The same store, with a log of its operations, and the options of its writes. */
export function noted(inner: Store) {
  const operations: string[] = []
  const written: { readonly key: string; readonly options: PutOptions | undefined }[] = []
  const store = new Proxy(inner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (key: string, ...rest: readonly unknown[]) => {
        const isWrite = name === 'put' || name === 'compareAndSwap'
        operations.push(`${isWrite ? 'write' : String(name)} ${key}`)
        if (isWrite) written.push({ key, options: rest.at(-1) as PutOptions })
        return Reflect.apply(member, target, [key, ...rest])
      }
    },
  })
  return { store, operations, written }
}

/** A request as the provider gets it. */
function seen(url: string, init: RequestInit) {
  const form = new URLSearchParams(typeof init.body === 'string' ? init.body : '')
  const headers = new Headers(init.headers as ConstructorParameters<typeof Headers>[0])
  return { url, path: new URL(url).pathname, form, headers, init }
}

/** The emulator, a store with faults, and the first isolate of an app. */
export function createWorld({ kind = 'swap', vary = (real) => real }: WorldOptions = {}) {
  const clock = fakeClock(NOW * 1000)
  const now = () => Math.floor(clock.now() / 1000)
  const { fetch: emulated, control } = createProvider({
    consent: 'auto',
    now: clock.now,
    oauthExample: { accessTokenSeconds: LIFETIME, pkce: 'optional', rotation: kind === 'kv' ? 'never' : 'always' },
  })
  const real = oauth2({
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: ['openid', 'profile', 'items:read'],
    authorizationEndpoint: `${HOST}/authorize`,
    tokenEndpoint: `${HOST}/token`,
    revocationEndpoint: `${HOST}/revoke`,
    apiOrigins: [HOST, 'https://cdn.oauth.example:8443'],
    userinfoEndpoint: `${HOST}/userinfo`,
    account: { id: 'userinfo.sub', name: 'userinfo.name' },
    pkce: false,
    refreshTokens: kind === 'kv' ? 'reusable' : 'rotating',
  })
  const example = vary(real)
  const grants = control.oauthExample.grants
  const { store: faulty, faults } = faultyStore(openStore(kind, clock))
  const log = noted(faulty)
  const { store, operations } = log
  const grantIndex = new GrantIndex(store, 'example')
  const sent: ReturnType<typeof seen>[] = []
  let logins = 0
  const replies: { readonly path: string; readonly reply: Reply }[] = []

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const request = seen(url, init)
    sent.push(request)
    const index = replies.findIndex(({ path }) => path === request.path)
    const [next] = index < 0 ? [] : replies.splice(index, 1)
    const send = () => emulated(new Request(url, init))
    return next ? next.reply(send, init) : send()
  }

  /** Decides the next answers of an endpoint, one for each call. */
  function onNext(path: string, ...more: readonly Reply[]): void {
    replies.push(...more.map((reply) => ({ path, reply })))
  }

  /** Holds the next answer of an endpoint until it is released; with a reply, the request is held before it. */
  function hold(path: string, reply?: Reply) {
    const [arrived, released] = [deferred(), deferred()]
    onNext(path, async (send, init) => {
      const answer = reply ? undefined : await send()
      arrived.resolve()
      await released.promise
      return answer ?? (reply ?? passing)(send, init)
    })
    return { arrived: arrived.promise, release: released.resolve }
  }

  /** Starts some work, and holds the request that it sends to an endpoint. */
  async function during<T>(path: string, work: () => Promise<T>, reply?: Reply) {
    const held = hold(path, reply)
    const waiting = work()
    await held.arrived
    return { waiting, release: held.release }
  }

  /** What some work gives after each of these pauses, in seconds. */
  async function stepping<T>(pauses: readonly number[], work: (seconds: number) => T) {
    const given: Awaited<T>[] = []
    for (const seconds of pauses) {
      clock.advance(seconds)
      given.push(await work(seconds))
    }
    return given
  }

  function isolate(isOnlyWriter = kind !== 'swap') {
    const events: ReportedEvent[] = []
    const pauses: number[] = []
    const background: Promise<unknown>[] = []
    const hooks = { onPause: (_: number): unknown => undefined, onEvent: async () => {} }
    const backChannel = new BackChannel({ fetch, timeoutMs: 10_000 })
    const vault = new Vault(store, ringOf('records'), now)
    const swap = store.compareAndSwap
    async function pause(milliseconds: number): Promise<void> {
      pauses.push(milliseconds)
      hooks.onPause(milliseconds)
      await new Promise((done) => setImmediate(done))
    }
    async function report(event: ReportedEvent): Promise<void> {
      events.push(event)
      await hooks.onEvent()
    }
    const engine = new ConnectionEngine({
      vault,
      leases: swap && !isOnlyWriter ? storedLeases(swap) : localLeases(now),
      useState: storedStates(store),
      memory: new RenewalMemory(),
      breaker: new CircuitBreaker(),
      backChannel,
      provider: () => example,
      grants: () => grantIndex,
      pacing: { now, random: () => 0.5, pause },
      report,
      observe: observer(undefined),
    })
    const access = new ConnectionAccess(
      {
        providers: { example, second: example },
        engine: () => engine,
        grants: () => grantIndex,
        backChannel,
        now,
        summarize: (record) => summarize(record, healthOf(example, record, now()), LOGIN_URL, now()),
        stepUpUrl: async () => LOGIN_URL,
      },
      (work) => void background.push(work),
    )

    /** The events by their types, with the code of a failure and the outcome of a disconnect. */
    const told = () =>
      events.map((event) => {
        if (event.type === 'degraded') return `degraded ${event.code}`
        return event.type === 'revoked' ? `revoked ${event.outcome} ${event.by}` : event.type
      })
    /** The connections of an owner, the latest login first. */
    const list = (owner = OWNER) => access.listAt(owner, 'example')
    const health = async () => (await list()).map((connection) => connection.health)
    /** Waits for the work that goes on after the answers. */
    async function inBackground() {
      while (background.length > 0) await Promise.all(background.splice(0))
    }
    /** What is noted of revocations. */
    const pending = async () => (await vault.read(ADDRESS)).revocations
    async function runDueWork() {
      await engine.runDueWork(ADDRESS, () => true)
      await inBackground()
    }
    /** Connects an account from the authorization request to the end. */
    async function login({ user = 'user-1001', owner = OWNER, name = 'example', state = `state-${++logins}` } = {}) {
      const request = { state, redirectUri: REDIRECT_URI, scopes: example.scopes }
      const url = await example.authorizationUrl(request, backChannel, now())
      url.searchParams.set('login_hint', user)
      const consent = await emulated(new Request(url, { redirect: 'manual' }))
      const parameters = new URL(consent.headers.get('location') ?? '').searchParams
      return access.completeLogin(owner, name, { parameters, state, redirectUri: REDIRECT_URI, now: now() })
    }
    const asked = { told, list, health, pending, login }
    return { engine, access, vault, events, pauses, hooks, ...asked, inBackground, runDueWork }
  }

  const renewals = () => sent.filter(({ form }) => form.get('grant_type') === 'refresh_token')
  const revocations = () => sent.filter(({ path }) => path === '/revoke')
  const writes = () => operations.filter((each) => each.startsWith('write connections/'))
  /** Whether the grants still live at the provider, the oldest login first. */
  const alive = () => grants().map((grant) => grant.alive)
  const scenario = (name: string, times?: number) => control.setScenario('oauth.example', name, times)
  const provider = { sent, onNext, hold, during, renewals, revocations, scenario, grants, alive }
  return { ...isolate(), ...log, ...provider, grantIndex, isolate, clock, now, stepping, faults, writes }
}

/** A world with one connection, whose token is so many seconds old. */
export async function connected({ age = 0, ...options }: WorldOptions & { readonly age?: number } = {}) {
  const world = createWorld(options)
  const connection = await world.login()
  const first = await tokenOf(connection)
  world.operations.length = 0
  world.written.length = 0
  world.clock.advance(age)
  return { ...world, connection, first }
}

/** The text of the access token of a connection, or the code of the error that it throws. */
export async function tokenOf(connection: Connection | undefined): Promise<string> {
  return outcomeOf(connection?.accessToken().then((token) => token.reveal()))
}

/** What some work gives, or the code of the error that it throws. */
export async function outcomeOf<T>(work: Promise<T> | undefined): Promise<T | string> {
  try {
    return (await work) ?? 'nothing'
  } catch (error) {
    noteError(error)
    if (isOAuthError(error)) return error.code
    throw error
  }
}

type Timers = ('setTimeout' | 'clearTimeout' | 'Date')[]

/** Stops the timers of a test, which then advances them itself. */
export function stopTimers(toFake: Timers = ['setTimeout', 'clearTimeout', 'Date']) {
  vi.useFakeTimers({ toFake })
  onTestFinished(() => void vi.useRealTimers())
}

/** Lets other work go on until something is so; a test without it would never end. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((done) => setImmediate(done))
}
