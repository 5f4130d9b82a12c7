import { describe, expect, it } from 'vitest'
import { requestRefresh } from '../../src/protocol/refresh-request.ts'
import { Secret } from '../../src/secret.ts'
import { type Answer, fakeBackChannel, json } from './fake-fetch.ts'
import { refusal, shown } from './refusal.ts'
import { CLIENT_ID, CLIENT_SECRET, registered } from './registered-client.ts'

const TOKEN = 'canary-refresh-token +&=%'

function refresh(...answers: Answer[]) {
  const { backChannel, sent } = fakeBackChannel(...answers)
  return { sent, response: () => requestRefresh(registered, new Secret(TOKEN), backChannel) }
}

describe('the refresh request', () => {
  it('is one form with the token and the client, and asks for no scope', async () => {
    const { sent, response } = refresh(json({ a: 1 }))
    expect(await (await response()).json()).toEqual({ a: 1 })
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ method: 'POST', url: 'https://api.provider.example/token' })
    expect(sent[0]?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
    expect(sent[0]?.headers.get('accept')).toBe('application/json')
    expect([...new URLSearchParams(sent[0]?.body)].sort()).toEqual([
      ['client_id', CLIENT_ID],
      ['client_secret', CLIENT_SECRET],
      ['grant_type', 'refresh_token'],
      ['refresh_token', TOKEN],
    ])
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
  ])('is sent once and tells no secret: %s', async (_name, answer, code) => {
    const { sent, response } = refresh(answer)
    const error = await refusal(response)
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(1)
    expect(shown(error)).not.toContain('canary')
  })

  it.each([400, 429, 503])('hands an error on unjudged, once: %d', async (status) => {
    const { sent, response } = refresh(json({ error: 'x' }, status))
    expect((await response()).status).toBe(status)
    expect(sent).toHaveLength(1)
  })
})
