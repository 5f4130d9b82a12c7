import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { WebflowOptions } from '../../../src/providers/webflow/index.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { CLIENT_SECRET, provider } from './support.ts'

const SENT_MS = 1_760_000_000_000
const BODY = '{"triggerType":"site_publish","payload":{"siteId":"65427cf400e02b306eaa049c"}}'
const SIGNATURE = '12a67127d664305402c2cd3d6c4206bf3ec5f91fce8e2bd2798089f281cb793f'

const sign = (secret: string, timestamp: string, body: string) =>
  createHmac('sha256', secret).update(`${timestamp}:${body}`).digest('hex')

interface Delivery {
  readonly body?: string
  readonly timestamp?: string | readonly string[]
  readonly signature?: string | readonly string[]
  /** What is signed, when that is not what is sent. */
  readonly signed?: string
  readonly secret?: string
  readonly nowMs?: number
}

/** Verifies a delivery that is genuine except for what is said. */
async function deliver(delivery: Delivery = {}, options: Partial<WebflowOptions> = {}) {
  const { webhooks } = provider(options)
  return webhooks?.verify(requestOf(delivery))
}

function requestOf({ body = BODY, nowMs = SENT_MS, ...rest }: Delivery) {
  const { timestamp = String(SENT_MS), secret = CLIENT_SECRET, signed = body } = rest
  const [first = ''] = [timestamp].flat()
  const headers = new Headers()
  for (const value of [timestamp].flat()) headers.append('x-webflow-timestamp', value)
  const signature = rest.signature ?? sign(secret, first, signed)
  for (const value of [signature].flat()) headers.append('x-webflow-signature', value)
  return { headers, body, nowMs }
}
const genuine = sign(CLIENT_SECRET, String(SENT_MS), BODY)

afterEach(() => void vi.restoreAllMocks())

describe('a webhook of Webflow', () => {
  it('is verified as Webflow signs it', async () => {
    const made = provider({ clientSecret: 'wf_client_secret_example' })
    const headers = new Headers({
      'x-webflow-timestamp': String(SENT_MS),
      'x-webflow-signature': SIGNATURE,
    })
    const event = await made.webhooks?.verify({ headers, body: BODY, nowMs: SENT_MS + 999 })
    expect(event).toEqual({
      type: 'site_publish',
      id: expect.stringMatching(/^[\w-]{43}$/),
      occurredAt: SENT_MS / 1000,
      data: { siteId: '65427cf400e02b306eaa049c' },
    })
    expect(made.webhooks?.endsGrants).toBe(false)
  })

  it('has an id that is the same for each delivery, and for no other event', async () => {
    const other = BODY.replace('65427', '65428')
    const later = String(SENT_MS + 1)
    const ids = [
      await deliver(),
      await deliver({ nowMs: SENT_MS + 60_000 }),
      await deliver({ body: other }),
      await deliver({ timestamp: later }),
    ].map((event) => event?.id)
    expect(ids[1]).toBe(ids[0])
    expect(new Set(ids).size).toBe(3)
  })

  it.each([
    [{ triggerType: 'x', payload: { a: [1] } }, 'x', { a: [1] }],
    [{ triggerType: 'newer_than_this' }, 'newer_than_this', {}],
    [{ triggerType: 'x', payload: null }, 'x', {}],
  ])('is an event of what it says: %j', async (json, type, data) => {
    expect(await deliver({ body: JSON.stringify(json) })).toMatchObject({ type, data })
  })

  it('is signed as bytes, whatever characters stand in it', async () => {
    const body = '\ufeff{ "triggerType":"x",\r\n"payload":{"a":"é🙂\\u2028"}}'
    // A byte order mark is no JSON: it was verified, and then made no sense.
    expect((await refusal(() => deliver({ body }))).code).toBe('webhook_malformed')
    expect(await deliver({ body: body.slice(1) })).toMatchObject({ data: { a: 'é🙂\u2028' } })
  })
})

describe('a webhook that is not verified', () => {
  // Rows 184 and 185.
  it.each<[string, Delivery]>([
    ['an empty signature', { signature: '' }],
    ['no signature', { signature: [] }],
    ['two signatures', { signature: [genuine, genuine] }],
    ['a wrong signature beside the right one', { signature: [genuine, '0'.repeat(64)] }],
    ['an empty timestamp', { timestamp: '' }],
    ['no timestamp', { timestamp: [], signature: genuine }],
    ['two timestamps', { timestamp: [String(SENT_MS), String(SENT_MS)] }],
    ['neither', { timestamp: [], signature: [] }],
    ['a signature of zeros', { signature: '0'.repeat(64) }],
    ['a signature cut short', { signature: genuine.slice(0, -2) }],
    ['half a byte less', { signature: genuine.slice(0, -1) }],
    ['a signature and more', { signature: `${genuine}00` }],
    ['half a byte more', { signature: `${genuine}0` }],
    ['capitals', { signature: genuine.toUpperCase() }],
    ['base64', { signature: Buffer.from(genuine, 'hex').toString('base64') }],
    ['a prefix', { signature: `sha256=${genuine}` }],
    ['a character that is no hex', { signature: `g${genuine.slice(1)}` }],
    ['a byte changed', { signed: BODY.replace('c"', 'd"') }],
    ['a space more', { body: `${BODY} `, signed: BODY }],
    ['a line end more', { body: `${BODY}\n`, signed: BODY }],
    ['nothing in it', { body: '', signed: BODY }],
    ['another order', { body: '{"payload":{},"triggerType":"site_publish"}', signed: BODY }],
    ['another timestamp', { timestamp: String(SENT_MS + 1), signature: genuine }],
    ['another secret', { secret: 'other' }],
    ['the secret in another case', { secret: CLIENT_SECRET.toUpperCase() }],
    ['the secret cut', { secret: CLIENT_SECRET.slice(0, -1) }],
  ])('has %s', async (_name, delivery) => {
    const error = await refusal(() => deliver(delivery))
    expect([error.code, error.status]).toEqual(['webhook_unverified', 401])
    for (const secret of [CLIENT_SECRET, genuine]) expect(shown(error)).not.toContain(secret)
  })

  // Row 187: signed by Webflow's own key, and yet no time that can be.
  it.each([
    'NaN',
    '1e99',
    'Infinity',
    `-${SENT_MS}`,
    `+${SENT_MS}`,
    String(SENT_MS / 1000),
    `${SENT_MS}.0`,
    `${SENT_MS}0`,
    `0${SENT_MS}`,
    `0x${SENT_MS.toString(16)}`,
    new Date(SENT_MS).toISOString(),
    '١٧٦٠٠٠٠٠٠٠٠٠٠',
    '0000000000000',
    '9999999999999',
  ])('was sent at %s', async (timestamp) => {
    const { webhooks } = provider()
    const headers = { get: (name: string) => (name.endsWith('p') ? timestamp : signature) }
    const signature = sign(CLIENT_SECRET, timestamp, BODY)
    const request = { headers: headers as Headers, body: BODY, nowMs: SENT_MS }
    expect((await refusal(() => webhooks?.verify(request))).code).toBe('webhook_unverified')
  })
})

describe('the age of a webhook', () => {
  it.each([
    [undefined, 0, true],
    [undefined, 300_000, true],
    [undefined, 300_001, false],
    [undefined, 86_400_000, false],
    [undefined, -60_000, true],
    [undefined, -60_001, false],
    [10, 10_000, true],
    [10, 10_001, false],
    [3600, 3_600_000, true],
    [0, 0, true],
    [0, 1, false],
  ])('with a limit of %s seconds may be %d milliseconds: %s', async (limit, age, isFine) => {
    const options = limit === undefined ? {} : { webhookMaxAgeSeconds: limit }
    const work = deliver({ nowMs: SENT_MS + age }, options)
    if (isFine) expect((await work)?.type).toBe('site_publish')
    else expect((await refusal(() => work)).code).toBe('webhook_unverified')
  })

  it('is limited also by a limit that is no number', async () => {
    const options = { webhookMaxAgeSeconds: Number.NaN }
    const work = () => deliver({ nowMs: SENT_MS + 86_400_000 }, options)
    expect(['webhook_unverified', 'configuration_invalid']).toContain((await refusal(work)).code)
  })
})

describe('a webhook that makes no sense', () => {
  it.each(['', 'null', '[]', '"x"', '{}', '{"triggerType":1}', '{"triggerType":null}', '<html>'])(
    'is malformed though it is signed: %j',
    async (body) => {
      const error = await refusal(() => deliver({ body }))
      expect([error.code, error.status]).toEqual(['webhook_malformed', 400])
    },
  )

  it('changes no object of ours', async () => {
    const body = '{"triggerType":"x","payload":{},"__proto__":{"polluted":true}}'
    await deliver({ body })
    const inherited = '{"__proto__":{"triggerType":"x"}}'
    expect((await refusal(() => deliver({ body: inherited }))).code).toBe('webhook_malformed')
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('is not crashed by depth', async () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
    const body = `{"triggerType":"x","payload":${deep}}`
    expect((await deliver({ body }))?.type).toBe('x')
    expect((await refusal(() => deliver({ body: deep }))).code).toBe('webhook_malformed')
  })
})

// Row 190.
describe('the secrets of webhooks', () => {
  const webhookSecrets = ['secret-of-one', 'secret-of-another']

  it.each([CLIENT_SECRET, ...webhookSecrets])('are all accepted: %s', async (secret) => {
    expect((await deliver({ secret }, { webhookSecrets }))?.type).toBe('site_publish')
  })

  it.each(['', 'secret-of-one,secret-of-another', 'secret-of'])(
    'are accepted as they are alone: %j',
    async (secret) => {
      const error = await refusal(() => deliver({ secret }, { webhookSecrets }))
      expect(error.code).toBe('webhook_unverified')
      expect(shown(error)).not.toContain('secret-of')
    },
  )

  it.each(['', undefined])('are refused when one of them is missing: %s', async (secret) => {
    const options = { webhookSecrets: [secret as string] }
    const error = await refusal(() => deliver({ secret: '' }, options))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(/^webflow webhookSecrets/)
  })

  // Row 191.
  it('are imported once, and compared by the runtime', async () => {
    const { webhooks } = provider({ webhookSecrets })
    await webhooks?.verify(requestOf({}))
    const importKey = vi.spyOn(crypto.subtle, 'importKey')
    const verify = vi.spyOn(crypto.subtle, 'verify')
    await webhooks?.verify(requestOf({ secret: 'secret-of-another' }))
    await refusal(() => webhooks?.verify(requestOf({ secret: 'other' })))
    expect(importKey).not.toHaveBeenCalled()
    expect(verify).toHaveBeenCalledTimes(6)
  })
})
