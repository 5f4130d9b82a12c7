import { describe, expect, it } from 'vitest'
import { CircuitBreaker } from '../../hono-oauth/src/engine/circuit-breaker.ts'
import { RenewalFailures } from '../../hono-oauth/src/engine/renewal-failures.ts'
import { retry } from '../../hono-oauth/src/engine/retry.ts'
import { OAuthError } from '../../hono-oauth/src/errors.ts'
import { Secret } from '../../hono-oauth/src/secret.ts'
import { type ConnectionRecord, createRecord, isEnding } from '../../hono-oauth/src/vault/record.ts'
import { Circuits } from '../growth/simulation/provider.ts'
import { attemptPause, marginOf, RULES, renewalTime, retryTime } from '../growth/simulation/rules.ts'
import { seededRandom } from '../src/shuffle.ts'

const NOW = 1_800_000_000
const RANDOMS = [0, 0.25, 0.999]
const LIFETIMES = [60, 300, 3600, 14_400, 86_400]
const outage = () => new OAuthError('provider_unavailable')

function recordOf(lifetime: number, random = 0): ConnectionRecord {
  const tokens = { accessToken: new Secret('a-token'), refreshToken: new Secret('another'), expiresInSeconds: lifetime }
  const grant = { id: 'grant', account: { id: 'account', name: null }, scopes: [], revocable: true }
  const identity = { id: 'example.owner.1', provider: 'example', createdAt: NOW }
  return createRecord(identity, tokens as never, grant, NOW, { random: () => random })
}

describe('the rules of the model are those of the package', () => {
  it.each(LIFETIMES)('when a token of %d seconds is renewed', (lifetime) => {
    for (const random of RANDOMS) {
      expect(renewalTime(NOW, lifetime, random)).toBe(recordOf(lifetime, random).renewAt)
    }
    const record = recordOf(lifetime)
    const begins = NOW + lifetime - marginOf(lifetime)
    expect([begins - 0.01, begins].map((now) => isEnding(record, now))).toEqual([false, true])
  })

  it.each(RANDOMS)('when a failed renewal is tried again, with %d as the random number', async (random) => {
    let stored = recordOf(3600)
    const tools = {
      vault: {
        isConsistent: true,
        updateRecord: async (_address: object, _id: string, change: (record: ConnectionRecord) => never) => {
          const { replacement, result } = change(stored) as { replacement: ConnectionRecord; result: unknown }
          stored = replacement
          return result
        },
      },
      memory: { restingUntil: new Map<string, number>() },
      pacing: { now: () => NOW, random: () => random },
      provider: () => ({}),
    }
    const failures = new RenewalFailures(tools as never)
    const renewal = { address: {}, reason: 'ending', report: () => undefined }
    for (let count = 1; count <= 10; count++) {
      await failures.note({ ...renewal, record: stored } as never, outage())
      expect(stored.renewAt).toBe(retryTime(NOW, count, random))
    }
    expect([...tools.memory.restingUntil.values()]).toEqual([NOW + RULES.restSeconds])
  })

  it('how often one renewal asks, with which pauses', async () => {
    const pauses: number[] = []
    const pacing = {
      now: () => NOW,
      random: () => 0.5,
      pause: async (milliseconds: number) => void pauses.push(milliseconds / 1000),
    }
    const options = { attempts: RULES.attempts, mayRetry: () => true }
    await expect(retry(() => Promise.reject(outage()), pacing, options)).rejects.toThrow()
    expect(pauses).toEqual(Array.from({ length: RULES.attempts - 1 }, (_, index) => attemptPause(index + 1, 0.5)))
  })

  it('when a circuit lets a request pass', async () => {
    const [breaker, circuits, random] = [new CircuitBreaker(), new Circuits(1), seededRandom(7)]
    let [now, passed, stopped] = [NOW, 0, 0]
    for (let step = 0; step < 2000; step++) {
      now += Math.floor(random() * 8)
      const open = breaker.errorWhileOpen('example', now, 'one')
      expect(circuits.openUntil(0, now) - now).toBe(open ? open.retryAfterSeconds : -now)
      if (open) {
        stopped++
        continue
      }
      passed++
      const isSuccess = random() < 0.2
      const request = async () => {
        if (!isSuccess) throw outage()
      }
      await breaker.run('example', () => now, 'one', request).catch(() => undefined)
      circuits.begin(0, now)
      circuits.end(0, now, isSuccess)
    }
    expect(Math.min(passed, stopped)).toBeGreaterThan(100)
  })
})
