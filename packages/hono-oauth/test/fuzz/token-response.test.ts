import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { processTokenResponse, type TokenSet } from '../../src/protocol/token-response.ts'
import { codeOf } from '../protocol/refusal.ts'
import { json, partial } from './mutants.ts'
import { fuzz } from './settings.ts'

const TOKEN = 'canary-access-token'
const TOKEN_TEXT = /^[\x21-\x7e]+$/
const NULL_BODY = [204, 205, 304]
const COMMON = ['client_rejected', 'provider_unavailable', 'provider_response_invalid']
const GRANTS = [
  { name: 'a code', sent: 'code', codes: ['code_rejected', ...COMMON] },
  { name: 'a refresh token', sent: 'refresh_token', codes: ['needs_reauth', ...COMMON] },
] as const

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'bearer', 'Bearer', 'DPoP', 'a b'),
)
const value = fc.oneof(text, json, fc.double(), fc.constantFrom(null, true, '3600', '1e999', -1, 0, 2 ** 53))
const error = fc.oneof(
  value,
  fc.constantFrom(
    'invalid_grant',
    'invalid_client',
    'invalid_scope',
    'access_denied',
    'temporarily_unavailable',
    'slow_down',
    'server_error',
  ),
)
const members = partial({
  access_token: fc.oneof(value, fc.constant(TOKEN)),
  token_type: fc.oneof(value, fc.constant('bearer')),
  refresh_token: value,
  expires_in: value,
  scope: value,
  error,
  id_token: value,
  __proto__: json,
  x: json,
})
const status = fc.oneof(fc.constantFrom(200, 400, 401), fc.integer({ min: 200, max: 599 }))
const type = fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/html', '', 'a, b')

function answer(body: string | Uint8Array<ArrayBuffer>, status: number, type: string): Response {
  const headers = { 'content-type': type, 'retry-after': '1', 'www-authenticate': 'Basic realm=x' }
  return new Response(NULL_BODY.includes(status) ? null : body, { status, headers })
}

/** The promises of every token set. */
function expectTokens({ accessToken, refreshToken, expiresInSeconds, scopes = [] }: TokenSet): void {
  expect(accessToken.reveal()).toMatch(TOKEN_TEXT)
  if (refreshToken) expect(refreshToken.reveal()).toMatch(TOKEN_TEXT)
  if (expiresInSeconds !== undefined) {
    expect(Number.isFinite(expiresInSeconds)).toBe(true)
    expect(expiresInSeconds).toBeGreaterThanOrEqual(0)
  }
  for (const scope of scopes) expect(scope).toMatch(/^[^\s,]+$/)
}

describe.each(GRANTS)('an answer to $name', ({ sent, codes }) => {
  /** Usable tokens, or one of the documented errors. */
  async function expectJudged(response: Response): Promise<boolean> {
    const judged = processTokenResponse(response, sent)
    const tokens = await judged.catch(() => undefined)
    if (tokens) {
      expectTokens(tokens)
      return true
    }
    expect(codes).toContain(await codeOf(() => judged))
    return false
  }

  fuzz('is judged with any bytes', [fc.uint8Array({ size: 'medium' }), status, type], async (bytes, status, type) => {
    expect(await expectJudged(answer(new Uint8Array(bytes), status, type))).toBe(false)
  })

  fuzz('is judged with any members', [members, status, type], async (body, status, type) => {
    const isAccepted = await expectJudged(answer(JSON.stringify(body), status, type))
    if (isAccepted) expect(status).toBeLessThan(300)
  })

  fuzz(
    'is judged when a good one is damaged',
    [fc.nat(), fc.nat(), fc.string({ unit: 'binary', maxLength: 2 })],
    async (from, length, put) => {
      const good = JSON.stringify({ access_token: TOKEN, token_type: 'bearer', expires_in: 9, scope: 'a' })
      const start = from % good.length
      const body = good.slice(0, start) + put + good.slice(start + (length % 4))
      await expectJudged(answer(body, 200, 'application/json'))
    },
  )

  fuzz(
    'is judged when it is nested',
    [fc.nat({ max: 1000 }), fc.constantFrom('x', 'scope', 'access_token', 'error')],
    async (depth, member) => {
      const nested = `${'['.repeat(depth)}${']'.repeat(depth)}` || '1'
      const body = `{"access_token":"t","token_type":"bearer","${member}":${nested}}`
      await expectJudged(answer(body, 200, 'application/json'))
    },
  )

  // JSON.parse reads any depth, JSON.stringify does not write it.
  it('is judged when it is nested deeper than any stack', async () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = `{"access_token":"t","token_type":"bearer","x":${nested}}`
    await expectJudged(answer(body, 200, 'application/json'))
  })
})
