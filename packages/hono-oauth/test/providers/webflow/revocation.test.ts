import { describe, expect, it } from 'vitest'
import type { WebflowRevocationHost } from '../../../src/providers/webflow/index.ts'
import { type Answer, fakeBackChannel, json } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { CLIENT_ID, CLIENT_SECRET, provider, secretToken, TOKEN } from './support.ts'

const HOSTS: WebflowRevocationHost[] = ['api.webflow.com', 'webflow.com']
const urlAt = (host: string) => `https://${host}/oauth/revoke_authorization`

const html = (status = 200): Answer => new Response('<html>', { status })
const error = (name: string, status: number) => json({ error: name }, status)
const ROWS: [string, () => Answer, 'revoked' | 'deleted_only'][] = [
  ['did_revoke', () => json({ did_revoke: true }), 'revoked'],
  ['didRevoke', () => json({ didRevoke: true }), 'revoked'],
  ['did_revoke in plain text', () => new Response('{"did_revoke":true}'), 'revoked'],
  ['did_revoke false', () => json({ did_revoke: false }), 'deleted_only'],
  ['didRevoke false', () => json({ didRevoke: false }), 'deleted_only'],
  ['did_revoke in words', () => json({ did_revoke: 'true' }), 'deleted_only'],
  ['did_revoke as a number', () => json({ did_revoke: 1 }), 'deleted_only'],
  ['an empty object', () => json({}), 'deleted_only'],
  ['a list', () => json([{ did_revoke: true }]), 'deleted_only'],
  ['null', () => json(null), 'deleted_only'],
  ['HTML', () => html(), 'deleted_only'],
  ['nothing', () => new Response(null, { status: 204 }), 'deleted_only'],
  ['200 with an error', () => error('invalid_client', 200), 'deleted_only'],
  ['invalid_token', () => error('invalid_token', 400), 'revoked'],
  ['invalid_token as 401', () => error('invalid_token', 401), 'revoked'],
  ['invalid_client', () => error('invalid_client', 401), 'deleted_only'],
  ['invalid_request', () => error('invalid_request', 400), 'deleted_only'],
  ['403', () => html(403), 'deleted_only'],
]
// RFC 7009, section 2.2.1: the grant must be assumed to live on.
const UNAVAILABLE: [string, () => Answer][] = [
  ['429', () => error('rate_limit', 429)],
  ['500', () => error('server_error', 500)],
  ['503', () => html(503)],
  ['503 with did_revoke', () => json({ did_revoke: true }, 503)],
  ['504 with invalid_token', () => error('invalid_token', 504)],
]

describe.each(HOSTS)('a revocation at %s', (host) => {
  const [other = ''] = HOSTS.filter((each) => each !== host)
  const revoke = (...answers: Answer[]) => {
    const { backChannel, sent } = fakeBackChannel(...answers)
    return {
      sent,
      outcome: () =>
        provider({ revocationHost: host }).revoke({ accessToken: secretToken }, backChannel),
    }
  }

  it('is the documented request', async () => {
    const { sent, outcome } = revoke(json({ did_revoke: true }))
    expect(await outcome()).toBe('revoked')
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ method: 'POST', url: urlAt(host) })
    expect(sent[0]?.headers.get('content-type')).toBe('application/json')
    expect(sent[0]?.headers.has('authorization')).toBe(false)
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      access_token: TOKEN,
    })
  })

  it.each(ROWS)('that is answered with %s', async (_name, answer, expected) => {
    const { sent, outcome } = revoke(answer())
    expect(await outcome()).toBe(expected)
    expect(sent).toHaveLength(1)
  })

  it.each([404, 405].flatMap((status) => ROWS.map((row) => [status, ...row] as const)))(
    'goes to the other host after %d: %s',
    async (status, _name, answer, expected) => {
      const { sent, outcome } = revoke(html(status), answer())
      expect(await outcome()).toBe(expected)
      expect(sent.map(({ url }) => url)).toEqual([urlAt(host), urlAt(other)])
      expect(sent[1]?.body).toBe(sent[0]?.body)
    },
  )

  it.each(UNAVAILABLE)('is to be tried again after %s', async (_name, answer) => {
    for (const before of [[], [html(404)]]) {
      const { sent, outcome } = revoke(...before, answer())
      const failure = await refusal(outcome)
      expect(failure.code).toBe('provider_unavailable')
      expect(sent).toHaveLength(before.length + 1)
      expect(shown(failure)).not.toContain('canary')
    }
  })

  it('tells when to try again', async () => {
    const headers = { 'retry-after': '30' }
    const { outcome } = revoke(new Response(null, { status: 503, headers }))
    expect((await refusal(outcome)).retryAfterSeconds).toBe(30)
  })

  it('goes to no third host', async () => {
    const { sent, outcome } = revoke(html(404), html(404))
    expect(await outcome()).toBe('deleted_only')
    expect(sent).toHaveLength(2)
  })

  it.each<[string, Answer, string]>([
    ['a redirect', new Response(null, { status: 307 }), 'provider_response_invalid'],
    ['a huge body', new Response(new Uint8Array(300_000)), 'provider_response_invalid'],
    [
      'no connection',
      () => {
        throw new TypeError('fetch failed')
      },
      'provider_unavailable',
    ],
  ])('fails without telling a secret: %s', async (_name, answer, code) => {
    const { sent, outcome } = revoke(answer)
    const failure = await refusal(outcome)
    expect(failure.code).toBe(code)
    expect(sent).toHaveLength(1)
    expect(shown(failure)).not.toContain('canary')
  })
})

describe('a revocation', () => {
  it('goes to api.webflow.com first by default', async () => {
    const { backChannel, sent } = fakeBackChannel(json({ didRevoke: true }))
    await provider().revoke({ accessToken: secretToken }, backChannel)
    expect(sent[0]?.url).toBe(urlAt('api.webflow.com'))
  })
})
