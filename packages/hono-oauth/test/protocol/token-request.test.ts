import { ClientSecretBasic } from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { validateAuthorizationResponse } from '../../src/protocol/authorization-response.ts'
import type { RegisteredClient } from '../../src/protocol/client.ts'
import { requestToken } from '../../src/protocol/token-request.ts'
import { type Answer, fakeBackChannel, json } from './fake-fetch.ts'
import { refusal, shown } from './refusal.ts'
import { CLIENT_ID, CLIENT_SECRET, registered } from './registered-client.ts'

const CODE = 'canary-code +&=é'
const REDIRECT_URI = 'https://app.example/auth/p/callback'
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

function exchange(answer: Answer, client: RegisteredClient = registered, codeVerifier?: string) {
  const { backChannel, sent } = fakeBackChannel(answer)
  const query = new URLSearchParams({ code: CODE, state: 'state', access_token: 'EVIL' })
  const response = validateAuthorizationResponse(client, query, 'state')
  const request = { response, redirectUri: REDIRECT_URI, codeVerifier }
  return { sent, response: () => requestToken(client, request, backChannel) }
}

describe('the token request', () => {
  it('is one form with the code, the redirect URI and the client', async () => {
    const { sent, response } = exchange(json({ a: 1 }))
    expect(await (await response()).json()).toEqual({ a: 1 })
    expect(sent).toHaveLength(1)
    const [request] = sent
    expect(request?.url).toBe('https://api.provider.example/token')
    expect(request?.method).toBe('POST')
    expect(request?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
    expect(request?.headers.get('accept')).toBe('application/json')
    expect(request?.headers.has('authorization')).toBe(false)
    expect([...new URLSearchParams(request?.body)].sort()).toEqual([
      ['client_id', CLIENT_ID],
      ['client_secret', CLIENT_SECRET],
      ['code', CODE],
      ['grant_type', 'authorization_code'],
      ['redirect_uri', REDIRECT_URI],
    ])
  })

  it('carries the verifier when there is one', async () => {
    const { sent, response } = exchange(json({}), registered, VERIFIER)
    await response()
    expect(new URLSearchParams(sent[0]?.body).getAll('code_verifier')).toEqual([VERIFIER])
  })

  it('authenticates the way the client is registered, and no other', async () => {
    const secret = 'a:b+c%/é'
    const authentication = ClientSecretBasic(secret)
    const { sent, response } = exchange(json({}), { ...registered, authentication })
    await response()
    const basic = sent[0]?.headers.get('authorization') ?? ''
    expect(basic).toMatch(/^Basic /)
    const [id, password = ''] = atob(basic.slice(6)).split(':')
    expect(decodeURIComponent(id ?? '')).toBe(CLIENT_ID)
    expect(new URLSearchParams(`x=${password}`).get('x')).toBe(secret)
    const form = new URLSearchParams(sent[0]?.body)
    expect(form.has('client_secret')).toBe(false)
  })

  const OUTCOMES: [string, Answer, string][] = [
    ['a redirect', new Response(null, { status: 307 }), 'provider_response_invalid'],
    ['a huge body', new Response(new Uint8Array(300_000)), 'provider_response_invalid'],
    [
      'no connection',
      () => {
        throw new TypeError('fetch failed')
      },
      'provider_unavailable',
    ],
  ]

  it.each(OUTCOMES)('is sent once and tells no secret: %s', async (_name, answer, code) => {
    const { sent, response } = exchange(answer, registered, VERIFIER)
    const error = await refusal(response)
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(1)
    for (const secret of ['canary', CLIENT_SECRET, VERIFIER]) {
      expect(shown(error)).not.toContain(secret)
    }
  })

  it.each([400, 429, 500, 503])(
    'hands an error on unjudged, and is not sent again: %d',
    async (status) => {
      const { sent, response } = exchange(json({ error: 'x' }, status))
      expect((await response()).status).toBe(status)
      expect(sent).toHaveLength(1)
    },
  )
})
