import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { codeOf } from '../protocol/refusal.ts'
import { claims, envelope, foreign, HEADER, jwt, receiver } from '../providers/wix/jwt.ts'
import { APP_ID, NOW } from '../providers/wix/support.ts'
import { garbage, json, mutate, mutations } from './mutants.ts'
import { fuzz } from './settings.ts'

const receive = receiver()
const DAY = 86_400
const codeAt = (body: string) => codeOf(() => receive(body))

/** A text, mostly of JSON. */
const nested = fc.oneof(
  json.map((value) => JSON.stringify(value)),
  fc.constant(JSON.stringify({ appId: APP_ID })),
  garbage,
  json,
)
const event = fc
  .record(
    {
      eventType: fc.oneof(fc.string(), fc.constantFrom('AppRemoved', '__proto__', 'constructor')),
      instanceId: fc.oneof(fc.string(), json),
      data: nested,
      identity: nested,
      accountInfo: json,
    },
    { requiredKeys: ['eventType', 'instanceId', 'data'] },
  )
  .map((changes) => envelope(changes))
const time = fc.oneof(
  fc.integer({ min: NOW - 9 * DAY, max: NOW + DAY }),
  fc.double(),
  fc.constantFrom(null, '1', NOW + 0.5, -0),
)
const alg = fc.oneof(json, fc.constantFrom('RS256', 'none', 'HS256', 'RS512'))
const header = fc.record({ alg, kid: json, jwk: json, crit: json, b64: json, zip: json }, { requiredKeys: ['alg'] })

describe('a webhook of Wix', () => {
  fuzz('is an event or a documented error when it is signed', [event, time, time], async (event, iat, exp) => {
    const body = jwt(claims({ iat, exp }, event))
    const verified = await receive(body).catch(() => undefined)
    if (!verified) {
      expect(['webhook_unverified', 'webhook_malformed']).toContain(await codeAt(body))
      return
    }
    expect(verified.type).toBe(event.eventType)
    expect(verified.grantId).toBe(event.instanceId)
    expect(verified.occurredAt).toBe(iat)
    const effects = { AppRemoved: 'ended', AppInstalled: 'began' } as Record<string, string>
    expect(verified.effect).toBe(Object.hasOwn(effects, verified.type) ? effects[verified.type] : undefined)
    expect(verified.occurredAt).toBeLessThanOrEqual(NOW + 60)
  })

  fuzz(
    'is refused when it was changed, but for white space around it',
    [fc.nat({ max: 20 }), mutations],
    async (length, mutations) => {
      const genuine = jwt(claims({}, envelope({ instanceId: 'i'.repeat(length) })))
      const mutant = mutations.reduce(mutate, genuine)
      if (mutant.trim() === genuine) expect((await receive(mutant)).grantId).toBe('i'.repeat(length))
      else expect(await codeAt(mutant)).toBe('webhook_unverified')
    },
  )

  fuzz('is refused with any header that asks for something else', [header], async (header) => {
    const body = jwt(claims(), header)
    const isPlain = header.alg === 'RS256' && !('crit' in header)
    if (isPlain && !('b64' in header) && !('zip' in header)) expect((await receive(body)).type).toBe('AppRemoved')
    else if (!isPlain) expect(await codeAt(body)).toBe('webhook_unverified')
  })

  fuzz('is refused with any header that brings a key', [json, json], async (jwk, kid) => {
    const body = jwt(claims(), { ...HEADER, jwk, kid }, foreign)
    expect(await codeAt(body)).toBe('webhook_unverified')
  })

  fuzz(
    'is refused when its parts are those of two',
    [fc.uniqueArray(fc.nat(), { minLength: 2, maxLength: 2 }), fc.nat({ max: 1 })],
    async ([one = 0, other = 1], part) => {
      const [first, second] = [one, other].map((each) => jwt(claims({ iat: NOW - (each % 1000), x: each })).split('.'))
      const mixed = first?.with(part + 1, second?.[part + 1] ?? '').join('.') ?? ''
      expect(await codeAt(mixed)).toBe('webhook_unverified')
    },
  )

  fuzz('is refused when it is no JWT', [garbage], async (text) => {
    expect(await codeAt(text)).toBe('webhook_unverified')
  })
})
