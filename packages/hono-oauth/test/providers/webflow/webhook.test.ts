import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { WebflowOptions } from '../../../src/providers/webflow/index.ts'
import { codeOf, refusal, shown } from '../../protocol/refusal.ts'
import { CLIENT_SECRET } from '../oauth2/support.ts'
import { provider } from './support.ts'

const SENT_MS = 1_760_000_000_000
const BODY = '{"triggerType":"site_publish","payload":{"siteId":"65427cf400e02b306eaa049c"}}'
const sign = (secret: string, timestamp: string, body: string) =>
  createHmac('sha256', secret).update(`${timestamp}:${body}`).digest('hex')
const genuine = sign(CLIENT_SECRET, String(SENT_MS), BODY)

interface Delivery {
  readonly body?: string
  readonly timestamp?: string | readonly string[]
  readonly signature?: string | readonly string[]
  /** The signed body, when it is not the body that is sent. */
  readonly signed?: string
  readonly secret?: string
  readonly nowMs?: number
}

/** A genuine delivery with some changes. */
function requestOf({ body = BODY, nowMs = SENT_MS, ...rest }: Delivery) {
  const { timestamp = String(SENT_MS), secret = CLIENT_SECRET, signed = body } = rest
  const [first = ''] = [timestamp].flat()
  const headers = new Headers()
  for (const value of [timestamp].flat()) headers.append('x-webflow-timestamp', value)
  const signature = rest.signature ?? sign(secret, first, signed)
  for (const value of [signature].flat()) headers.append('x-webflow-signature', value)
  return { headers, body, nowMs }
}
const deliver = async (delivery: Delivery = {}, options: Partial<WebflowOptions> = {}) =>
  provider(options).webhooks?.verify(requestOf(delivery))

afterEach(() => void vi.restoreAllMocks())

describe('a webhook of Webflow', () => {
  it('is verified as Webflow signs it', async () => {
    const { webhooks } = provider({ clientSecret: 'wf_client_secret_example' })
    const signature = '12a67127d664305402c2cd3d6c4206bf3ec5f91fce8e2bd2798089f281cb793f'
    expect(await webhooks?.verify(requestOf({ signature, nowMs: SENT_MS + 999 }))).toEqual({
      type: 'site_publish',
      id: expect.stringMatching(/^[\w-]{43}$/),
      occurredAt: SENT_MS / 1000,
      data: { siteId: '65427cf400e02b306eaa049c' },
    })
    expect(webhooks?.endsGrants).toBe(false)
  })

  it('has an id that is the same for each delivery, and for no other event', async () => {
    const others = [{ body: BODY.replace('65427', '65428') }, { timestamp: String(SENT_MS + 1) }]
    const deliveries = [{}, { nowMs: SENT_MS + 60_000 }, ...others]
    const ids = await Promise.all(deliveries.map(async (each) => (await deliver(each))?.id))
    expect(ids[1]).toBe(ids[0])
    expect(new Set(ids).size).toBe(3)
  })

  it.each<[object | string, string, unknown]>([
    [{ triggerType: 'x', payload: { a: [1] } }, 'x', { a: [1] }],
    [{ triggerType: 'newer_than_this' }, 'newer_than_this', {}],
    [{ triggerType: 'x', payload: null }, 'x', {}],
    ['{ "triggerType":"x",\r\n"payload":"é🙂\\u2028"}', 'x', 'é🙂\u2028'],
    [`{"triggerType":"x","a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'x', {}],
    ['{"triggerType":"x","__proto__":{"polluted":true}}', 'x', {}],
  ])('has the type and the data of its body: %#', async (json, type, data) => {
    const body = typeof json === 'string' ? json : JSON.stringify(json)
    expect(await deliver({ body })).toMatchObject({ type, data })
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it.each([
    ...['', 'null', '[]', '"x"', '{}', '{"triggerType":1}', '{"triggerType":null}', '<html>'],
    ...['{"__proto__":{"triggerType":"x"}}', `\ufeff${BODY}`, '['.repeat(10_000)],
  ])('is malformed with another body: %#', async (body) => {
    expect(await codeOf(() => deliver({ body }))).toBe('webhook_malformed')
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
    ['a signature of zeros', { signature: '0'.repeat(64) }],
    ['half a byte less', { signature: genuine.slice(0, -1) }],
    ['half a byte more', { signature: `${genuine}0` }],
    ['half a byte before', { signature: `0${genuine}` }],
    ['capitals', { signature: genuine.toUpperCase() }],
    ['base64', { signature: Buffer.from(genuine, 'hex').toString('base64') }],
    ['a character that is no hex', { signature: `g${genuine.slice(1)}` }],
    ['a byte changed', { signed: BODY.replace('c"', 'd"') }],
    ['a space more', { body: `${BODY} `, signed: BODY }],
    ['an empty body', { body: '', signed: BODY }],
    ['another timestamp', { timestamp: String(SENT_MS + 1), signature: genuine }],
    ['another secret', { secret: 'other' }],
    ['the secret in another case', { secret: CLIENT_SECRET.toUpperCase() }],
  ])('has %s', async (_name, delivery) => {
    const error = await refusal(() => deliver(delivery))
    expect([error.code, error.status]).toEqual(['webhook_unverified', 401])
    for (const secret of [CLIENT_SECRET, genuine]) expect(shown(error)).not.toContain(secret)
  })

  // Row 187: signed with the right key, but no valid time.
  it.each([
    ...['NaN', '1e99', '0000000000000', '9999999999999', '١٧٦٠٠٠٠٠٠٠٠٠٠', `-${SENT_MS}`],
    ...[String(SENT_MS / 1000), `${SENT_MS}.0`, `${SENT_MS}0`, `0${SENT_MS}`],
  ])('was sent at %s', async (timestamp) => {
    const signature = sign(CLIENT_SECRET, timestamp, BODY)
    const headers = { get: (name: string) => (name.endsWith('p') ? timestamp : signature) }
    const request = { headers: headers as Headers, body: BODY, nowMs: SENT_MS }
    expect(await codeOf(() => provider().webhooks?.verify(request))).toBe('webhook_unverified')
  })

  it.each([
    [undefined, 300_000, 300_001],
    [undefined, -60_000, -60_001],
    [10, 10_000, 10_001],
    [0, 0, 1],
    [Number.NaN, undefined, 86_400_000],
  ])('is too old or too new: %s', async (webhookMaxAgeSeconds, allowed, refused) => {
    const options = webhookMaxAgeSeconds === undefined ? {} : { webhookMaxAgeSeconds }
    const late = (ms: number) => deliver({ nowMs: SENT_MS + ms }, options)
    if (allowed !== undefined) expect((await late(allowed))?.type).toBe('site_publish')
    expect(await codeOf(() => late(refused))).toBe('webhook_unverified')
  })
})

// Row 190.
describe('the secrets of webhooks', () => {
  const webhookSecrets = ['secret-of-one', 'secret-of-another']

  it.each([CLIENT_SECRET, ...webhookSecrets])('are all accepted: %s', async (secret) => {
    expect((await deliver({ secret }, { webhookSecrets }))?.type).toBe('site_publish')
  })

  it.each(['', 'secret-of-one,secret-of-another'])('are accepted whole: %j', async (secret) => {
    const error = await refusal(() => deliver({ secret }, { webhookSecrets }))
    expect(error.code).toBe('webhook_unverified')
    expect(shown(error)).not.toContain('secret-of')
  })

  it.each(['', undefined])('are refused when one of them is missing: %s', async (secret) => {
    const error = await refusal(() => deliver({}, { webhookSecrets: [secret as string] }))
    expect(error.message).toBe('webflow webhookSecrets has an entry that is missing.')
  })

  // Row 191.
  it('are imported once, and compared by Web Crypto', async () => {
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
