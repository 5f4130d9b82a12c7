import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { webhookVerifier } from '../../src/providers/webflow/webhook.ts'
import { codeOf } from '../protocol/refusal.ts'
import { garbage, json, mutate, mutation } from './mutants.ts'
import { fuzz } from './settings.ts'

const SECRET = 'canary-client-secret'
const NOW_MS = 1_760_000_000_000
const MAX_AGE = 300
const { verify } = webhookVerifier(['another-secret', SECRET], MAX_AGE)

function sign(body: string, timestamp = String(NOW_MS)) {
  const signature = createHmac('sha256', SECRET).update(`${timestamp}:${body}`).digest('hex')
  return { timestamp, signature, body }
}
type Delivery = ReturnType<typeof sign>

function deliver({ timestamp, signature, body }: Delivery) {
  const headers = new Headers({ 'x-webflow-timestamp': timestamp, 'x-webflow-signature': signature })
  return verify({ headers, body, nowMs: NOW_MS })
}

const event = fc.record({ triggerType: fc.string(), payload: json }).map((value) => JSON.stringify(value))
/** The value of a header with this text. */
const header = (text: string) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').trim()
const codeAt = (delivery: Delivery) => codeOf(() => deliver(delivery))

describe('a webhook of Webflow', () => {
  fuzz('is an event or malformed when it is signed', [fc.oneof(event, garbage)], async (body) => {
    const verified = await deliver(sign(body)).catch(() => undefined)
    if (!verified) expect(await codeAt(sign(body))).toBe('webhook_malformed')
    else expect(verified).toMatchObject({ type: JSON.parse(body).triggerType, occurredAt: NOW_MS / 1000 })
  })

  fuzz(
    'is refused when any of its parts was changed',
    [event, mutation, fc.constantFrom('timestamp', 'signature', 'body')],
    async (body, change, part) => {
      const genuine = sign(body)
      const changed = mutate(genuine[part], change)
      const mutant = { ...genuine, [part]: part === 'body' ? changed : header(changed) }
      if (mutant[part] === genuine[part]) expect(await deliver(mutant)).toEqual(await deliver(genuine))
      else expect(await codeAt(mutant)).toBe('webhook_unverified')
    },
  )

  fuzz(
    'is refused when its parts are those of two',
    [event, event, fc.nat({ max: 60_000 })],
    async (body, other, later) => {
      const [one, two] = [sign(body), sign(other, String(NOW_MS - later))]
      fc.pre(body !== other && later > 0)
      for (const part of ['body', 'timestamp', 'signature'] as const) {
        expect(await codeAt({ ...one, [part]: two[part] })).toBe('webhook_unverified')
      }
    },
  )

  fuzz('is refused with headers of any other kind', [garbage, garbage, garbage], async (timestamp, signature, body) => {
    const delivery = { timestamp: header(timestamp), signature: header(signature), body }
    expect(await codeAt(delivery)).toBe('webhook_unverified')
  })

  fuzz('is refused for its age', [fc.integer({ min: -400_000, max: 400_000 })], async (age) => {
    const delivery = sign('{"triggerType":"x"}', String(NOW_MS - age))
    const isFine = age <= MAX_AGE * 1000 && age >= -60_000
    if (isFine) expect((await deliver(delivery)).type).toBe('x')
    else expect(await codeAt(delivery)).toBe('webhook_unverified')
  })
})
