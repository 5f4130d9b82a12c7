import { describe, expect, it } from 'vitest'
import type { OAuth2Options } from '../../../src/providers/oauth2/index.ts'
import { type Answer, empty, html, json, linesOf, lost, over } from '../../protocol/fake-fetch.ts'
import { shown } from '../../protocol/refusal.ts'
import {
  accessToken,
  CLIENT_ID,
  CLIENT_SECRET,
  LOGIN,
  provider,
  REFRESH,
  refreshToken,
  stored,
  TOKEN,
} from './support.ts'

const BOTH = { accessToken, refreshToken }
const ONE = { accessToken }

type Make = () => Answer
const ok: Make = () => empty(200)
const error = (name: string, status: number) => (): Answer => json({ error: name, error_description: TOKEN }, status)
const page = (status: number) => () => html(status)
const unsupported = error('unsupported_token_type', 400)
const rejected = error('invalid_client', 401)

/** Revokes tokens, and counts the requests; a failure is its code and the seconds to wait. */
async function revoke(answers: readonly Make[], tokens: object = BOTH, options: Partial<OAuth2Options> = {}) {
  const made = answers.map((answer) => answer())
  const { sent, work } = over(made, (channel) => provider(options).revoke(stored(tokens), channel, 0))
  const outcome = await work().catch((error) => {
    expect(shown(error)).not.toContain('canary')
    return [error.code, error.retryAfterSeconds]
  })
  return { outcome, sent }
}

describe('a revocation', () => {
  it('ends the refresh token and then the access token, with a hint for each', async () => {
    const { outcome, sent } = await revoke([ok, ok], BOTH, { clientAuthentication: 'post' })
    expect([outcome, linesOf(sent)]).toEqual(['revoked', Array(2).fill(`POST ${LOGIN}/revoke`)])
    const credentials = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET }
    expect(sent.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
      { ...credentials, token: REFRESH, token_type_hint: 'refresh_token' },
      { ...credentials, token: TOKEN, token_type_hint: 'access_token' },
    ])
  })

  it('is `deleted_only` without an endpoint', async () => {
    expect(await revoke([], BOTH, { revocationEndpoint: undefined })).toEqual({ outcome: 'deleted_only', sent: [] })
  })

  // RFC 7009, section 2.2: the content of a 200 is ignored.
  it.each<[string, Make]>([
    ['200', ok],
    ['200 with HTML', page(200)],
    ['200 with an error', error('invalid_client', 200)],
    ['204', () => empty(204)],
    ['invalid_token', error('invalid_token', 400)],
  ])('is done after %s', async (_name, answer) => {
    expect((await revoke([answer, answer])).outcome).toBe('revoked')
    expect((await revoke([answer], ONE)).outcome).toBe('revoked')
  })

  const challenged: Make = () =>
    Response.json({ error: 'unsupported_token_type' }, { status: 401, headers: { 'www-authenticate': 'Basic' } })
  const WHOLE = { revokesWholeGrant: true }
  it.each<[string, Make[], string, Partial<OAuth2Options>?]>([
    ['the access token is unsupported', [ok, unsupported], 'revoked'],
    ['the access token is unsupported, with a challenge', [ok, challenged], 'revoked'],
    ['the access token is refused', [ok, page(403)], 'deleted_only'],
    ['the refresh token is unsupported', [unsupported, ok], 'deleted_only'],
    ['the refresh token is refused', [page(400), ok], 'deleted_only'],
    ['both are unsupported', [unsupported, unsupported], 'deleted_only'],
    ['the client is refused', [rejected, rejected], 'deleted_only'],
    ['there is no such endpoint', [page(404), page(404)], 'deleted_only'],
    ['both answers are 202', [page(202), page(202)], 'deleted_only'],
    ['the only token is unsupported', [unsupported], 'deleted_only'],
    ['the client of the only token is refused', [rejected], 'deleted_only'],
    ['the only token is refused', [page(403)], 'deleted_only'],
    ['the refresh token ends the whole grant', [ok, page(403)], 'revoked', WHOLE],
    ['the access token ends the whole grant', [unsupported, ok], 'revoked', WHOLE],
    ['neither ends the whole grant', [unsupported, unsupported], 'deleted_only', WHOLE],
  ])('when %s', async (_name, answers, expected, options) => {
    const { outcome, sent } = await revoke(answers, answers.length === 1 ? ONE : BOTH, options)
    expect([outcome, sent.length]).toEqual([expected, answers.length])
  })

  const unavailable = (status: number) => (): Answer => new Response(TOKEN, { status, headers: { 'retry-after': '3' } })
  it.each<[string, Make, string, number?]>([
    ['503', unavailable(503), 'provider_unavailable', 3],
    ['429', unavailable(429), 'provider_unavailable', 3],
    ['500 with an error', error('unsupported_token_type', 500), 'provider_unavailable'],
    ['no connection', () => lost, 'provider_unavailable'],
    ['a redirect', page(307), 'provider_response_invalid'],
  ])('can be tried again after %s', async (_name, answer, code, seconds) => {
    for (const [answers, tokens] of [
      [[answer], ONE] as const,
      [[answer], BOTH] as const,
      [[ok, answer], BOTH] as const,
    ]) {
      const { outcome, sent } = await revoke(answers, tokens)
      expect([outcome, sent.length]).toEqual([[code, seconds], answers.length])
    }
  })
})
