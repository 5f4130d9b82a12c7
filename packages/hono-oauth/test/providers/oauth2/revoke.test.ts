import { describe, expect, it } from 'vitest'
import type { OAuth2Options } from '../../../src/providers/oauth2/index.ts'
import { type Answer, fakeBackChannel, json } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import {
  accessToken,
  CLIENT_ID,
  CLIENT_SECRET,
  LOGIN,
  provider,
  REFRESH,
  refreshToken,
  TOKEN,
} from './support.ts'

const BOTH = { accessToken, refreshToken }
const ONE = { accessToken }

function revocation(options: Partial<OAuth2Options>, ...answers: (() => Answer)[]) {
  const { backChannel, sent } = fakeBackChannel(...answers.map((answer) => answer()))
  const made = provider(options)
  return { sent, end: (tokens: typeof BOTH | typeof ONE) => made.revoke(tokens, backChannel) }
}

type Make = () => Answer
const ok: Make = () => new Response(null)
const error = (name: string, status: number) => (): Answer =>
  json({ error: name, error_description: TOKEN }, status)
const unsupported = error('unsupported_token_type', 400)

describe('a revocation', () => {
  it('ends the refresh token and then the access token, and says which is which', async () => {
    const { sent, end } = revocation({ clientAuthentication: 'post' }, ok, ok)
    expect(await end(BOTH)).toBe('revoked')
    expect(sent.map(({ method, url }) => [method, url])).toEqual([
      ['POST', `${LOGIN}/revoke`],
      ['POST', `${LOGIN}/revoke`],
    ])
    const credentials = [
      ['client_id', CLIENT_ID],
      ['client_secret', CLIENT_SECRET],
    ]
    expect(sent.map(({ body }) => [...new URLSearchParams(body)].sort())).toEqual([
      [...credentials, ['token', REFRESH], ['token_type_hint', 'refresh_token']],
      [...credentials, ['token', TOKEN], ['token_type_hint', 'access_token']],
    ])
  })

  it('ends the access token where there is no other', async () => {
    const { sent, end } = revocation({}, ok)
    expect(await end(ONE)).toBe('revoked')
    expect(sent.map(({ body }) => new URLSearchParams(body).get('token'))).toEqual([TOKEN])
  })

  it('does not happen where the server has no endpoint for it', async () => {
    const { sent, end } = revocation({ revocationEndpoint: undefined })
    expect(await end(BOTH)).toBe('deleted_only')
    expect(sent).toEqual([])
  })

  // RFC 7009, section 2.2: the content of a 200 is ignored.
  it.each<[string, Make]>([
    ['HTML', () => new Response('<html>')],
    ['an error', error('invalid_client', 200)],
    ['a challenge', () => new Response(null, { headers: { 'www-authenticate': 'Basic' } })],
    ['no content', () => new Response(null, { status: 204 })],
    ['invalid_token, which is dead already', error('invalid_token', 400)],
  ])('is done after %s', async (_name, answer) => {
    const { end } = revocation({}, answer, answer)
    expect(await end(BOTH)).toBe('revoked')
  })

  const refusedWith =
    (status: number): Make =>
    () =>
      new Response('<html>', { status })
  const challenged: Make = () =>
    Response.json(
      { error: 'unsupported_token_type' },
      { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } },
    )

  it.each<[string, Make[], boolean]>([
    ['unsupported for the access token', [ok, unsupported], true],
    ['unsupported for the access token, with a challenge', [ok, challenged], true],
    ['refused for the access token', [ok, refusedWith(403)], false],
    ['unsupported for the refresh token', [unsupported, ok], false],
    ['refused for the refresh token', [refusedWith(400), ok], false],
    ['unsupported for both', [unsupported, unsupported], false],
    ['invalid_client', [error('invalid_client', 401), error('invalid_client', 401)], false],
    ['invalid_request', [error('invalid_request', 400), error('invalid_request', 400)], false],
    ['404', [refusedWith(404), refusedWith(404)], false],
    ['202', [refusedWith(202), refusedWith(202)], false],
  ])('of a grant ends it or not: %s', async (_name, answers, isRevoked) => {
    const { sent, end } = revocation({}, ...answers)
    expect(await end(BOTH)).toBe(isRevoked ? 'revoked' : 'deleted_only')
    expect(sent).toHaveLength(2)
  })

  it.each<[string, Make]>([
    ['unsupported_token_type', unsupported],
    ['invalid_client', error('invalid_client', 401)],
    ['403', refusedWith(403)],
  ])('of the only token is none after %s', async (_name, answer) => {
    const { end } = revocation({}, answer)
    expect(await end(ONE)).toBe('deleted_only')
  })

  it.each<[string, Make[], boolean]>([
    ['the refresh token', [ok, refusedWith(403)], true],
    ['the access token', [unsupported, ok], true],
    ['neither', [unsupported, unsupported], false],
  ])('by one token is enough where one ends them all: %s', async (_name, answers, isRevoked) => {
    const { end } = revocation({ revokesWholeGrant: true }, ...answers)
    expect(await end(BOTH)).toBe(isRevoked ? 'revoked' : 'deleted_only')
  })
})

describe('a revocation that is to be tried again', () => {
  const unavailable =
    (status: number): Make =>
    () =>
      new Response(TOKEN, { status, headers: { 'retry-after': '3' } })
  const lost: Make = () => () => {
    throw new TypeError('fetch failed')
  }
  const redirect: Make = () => new Response(null, { status: 307 })

  it.each<[string, Make, string, number?]>([
    ['503', unavailable(503), 'provider_unavailable', 3],
    ['429', unavailable(429), 'provider_unavailable', 3],
    ['500 with an error', error('unsupported_token_type', 500), 'provider_unavailable'],
    ['no connection', lost, 'provider_unavailable'],
    ['a redirect', redirect, 'provider_response_invalid'],
  ])('%s', async (_name, answer, code, seconds) => {
    for (const [answers, tokens] of [
      [[answer], ONE],
      [[answer], BOTH],
      [[ok, answer], BOTH],
    ] as const) {
      const { sent, end } = revocation({}, ...answers)
      const failure = await refusal(() => end(tokens))
      expect(failure.code).toBe(code)
      expect(failure.retryAfterSeconds).toBe(seconds)
      expect(sent).toHaveLength(answers.length)
      expect(shown(failure)).not.toContain('canary')
    }
  })
})
