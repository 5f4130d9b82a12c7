import { randomBytes } from 'node:crypto'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { createOAuth } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { seedConnection } from 'hono-oauth/testing'
import { afterEach, expect, it, vi } from 'vitest'
import { ObjectHost, type ObjectStorageLike } from '../../hono-oauth/src/durable-object/object-host.ts'
import { seededRandom } from '../src/shuffle.ts'
import { assume } from '../growth/simulation/assumptions.ts'
import { ObjectModel } from '../growth/simulation/object-model.ts'
import { Provider } from '../growth/simulation/provider.ts'
import { renewalTime } from '../growth/simulation/rules.ts'

const OBJECTS = 40
const LIFETIME = 3600
const DOWN = { from: renewalTime(0, LIFETIME, 1) - 10, to: renewalTime(0, LIFETIME, 0) + 60 }
const START = 1_800_000_000
const HOST = 'https://oauth.example'

afterEach(() => {
  vi.useRealTimers()
})

/** An object as the runtime makes it: storage in memory, and an alarm that the test rings. */
function createObject(oauth: ConstructorParameters<typeof ObjectHost<object>>[1]) {
  const database = new DatabaseSync(':memory:')
  let alarmAt: number | null = null
  const set = async (time: number | null) => {
    alarmAt = time
  }
  const storage: ObjectStorageLike = {
    sql: {
      exec(sql, ...params) {
        const rows = database.prepare(sql).all(...(params as SQLInputValue[]))
        return { toArray: () => rows }
      },
    },
    getAlarm: async () => alarmAt,
    setAlarm: set,
    deleteAlarm: () => set(null),
    deleteAll: async () => undefined,
  }
  const host = new ObjectHost(storage, oauth, {})
  const ring = async () => {
    if (alarmAt === null || alarmAt > Date.now()) return
    alarmAt = null
    await host.alarm()
  }
  return { host, ring }
}

/** The busiest second after an outage of the provider in which the tokens of all objects are due. */
async function busiestSecond(): Promise<number> {
  vi.useFakeTimers({ toFake: ['Date'], now: START * 1000 })
  const elapsed = () => Math.floor(Date.now() / 1000) - START
  const isDown = () => elapsed() >= DOWN.from && elapsed() < DOWN.to
  const calls: number[] = []
  const objects = new Map<string, ReturnType<typeof createObject>>()
  const objectOf = (name: string) => {
    const object = objects.get(name) ?? createObject(oauth)
    objects.set(name, object)
    return object
  }
  const store = durableObjectStore({ idFromName: (name) => name, get: (name: string) => objectOf(name).host })
  const oauth = createOAuth(() => ({
    origin: 'https://app.example',
    keys: randomBytes(32).toString('base64'),
    owner: () => undefined,
    providers: {
      example: oauth2({
        clientId: 'client',
        clientSecret: 'secret',
        scopes: ['items:read'],
        authorizationEndpoint: `${HOST}/authorize`,
        tokenEndpoint: `${HOST}/token`,
        account: { id: 'userinfo.sub', name: 'userinfo.name' },
        userinfoEndpoint: `${HOST}/userinfo`,
        apiOrigins: [HOST],
      }),
    },
    store,
    fetch: async () => {
      calls.push(elapsed())
      if (isDown()) return Response.json({ error: 'temporarily_unavailable' }, { status: 503 })
      return Response.json({ access_token: `token-${calls.length}`, token_type: 'Bearer', expires_in: LIFETIME })
    },
  }))
  for (let index = 0; index < OBJECTS; index++) {
    const tokens = { accessToken: 'first', refreshToken: `refresh-${index}`, expiresInSeconds: LIFETIME }
    const { connection } = await seedConnection(oauth, {}, { owner: `user-${index}`, provider: 'example', tokens })
    expect(connection.health).toBe('active')
  }
  for (let second = DOWN.from - 1; second < LIFETIME; second++) {
    vi.setSystemTime((START + second) * 1000)
    for (const { ring } of objects.values()) await ring()
  }
  expect(calls.filter((at) => at >= DOWN.from && at < DOWN.to).length).toBeGreaterThan(5)
  return mostIn(calls.filter((at) => at >= DOWN.to))
}

function mostIn(seconds: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const second of seconds) counts.set(second, (counts.get(second) ?? 0) + 1)
  return Math.max(...counts.values())
}

/** The same in the model. */
function busiestSecondOfModel(): number {
  const random = seededRandom(1)
  const provider = new Provider(random, LIFETIME, DOWN, 0.3)
  const assumed = assume({ connections: OBJECTS })
  const model = new ObjectModel({ assumed, lifetime: LIFETIME, provider, random, from: 0 }, 1)
  for (let connection = 0; connection < OBJECTS; connection++) model.use({ at: 0, connection, location: 0 })
  for (let second = 1; second < LIFETIME; second++) model.wake(second)
  return Math.max(...provider.calls.subarray(DOWN.to))
}

it('objects that share a circuit do not call the provider together after an outage, as in the model', async () => {
  const [real, modelled] = [await busiestSecond(), busiestSecondOfModel()]
  expect(real).toBeLessThan(OBJECTS / 4)
  expect(modelled).toBeLessThan(OBJECTS / 4)
})
