import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import { Secret } from '../../../src/secret.ts'
import { type Answer, fakeBackChannel, json } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import {
  APP_ID,
  APP_SECRET,
  exchanged,
  external,
  INSTANCE_ID,
  legacy,
  minted,
  REFRESH_TOKEN,
  TOKEN,
} from './support.ts'

/** Renews as each kind of connection is renewed. */
const renewals = {
  minted: (...answers: Answer[]) => renewed(external(), undefined, answers),
  'minted for custom authentication': (...answers: Answer[]) =>
    renewed(legacy(), undefined, answers),
  refreshed: (...answers: Answer[]) => renewed(legacy(), new Secret(REFRESH_TOKEN), answers),
}
type Kind = keyof typeof renewals
const KINDS = Object.keys(renewals) as Kind[]

function renewed(
  { renew }: ReturnType<typeof external>,
  refreshToken: Secret | undefined,
  answers: Answer[],
) {
  const { backChannel, sent } = fakeBackChannel(...answers)
  if (!renew) throw new Error('Wix renews')
  return { sent, work: () => renew({ grantId: INSTANCE_ID, refreshToken }, backChannel, 0) }
}

describe('the request for a token', () => {
  it.each<[Kind, string, Record<string, string>]>([
    ['minted', 'oauth2/token', { grant_type: 'client_credentials', instance_id: INSTANCE_ID }],
    [
      'minted for custom authentication',
      'oauth2/token',
      { grant_type: 'client_credentials', instance_id: INSTANCE_ID },
    ],
    ['refreshed', 'oauth/access', { grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN }],
  ])('that is %s is the documented one', async (kind, path, members) => {
    const { sent, work } = renewals[kind](exchanged())
    await work()
    expect(sent).toHaveLength(1)
    const [request] = sent
    expect(request).toMatchObject({ method: 'POST', url: `https://www.wixapis.com/${path}` })
    expect(JSON.parse(request?.body ?? '')).toEqual({
      ...members,
      client_id: APP_ID,
      client_secret: APP_SECRET,
    })
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      accept: 'application/json',
      'content-type': 'application/json',
    })
  })
})

describe('the answer with a token', () => {
  it.each([
    [14_400, 14_400],
    [60, 60],
    [undefined, 14_400],
    [null, 14_400],
    ['3600', 14_400],
    [0, 14_400],
    [-1, 14_400],
  ])('that is minted with a life of %j is good for %d seconds', async (expires_in, seconds) => {
    const { work } = renewals.minted(minted({ expires_in }))
    const tokens = await work()
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect([tokens.expiresInSeconds, tokens.refreshToken]).toEqual([seconds, undefined])
  })

  it('needs no type', async () => {
    const { work } = renewals.minted(minted({ token_type: undefined }))
    expect((await work()).accessToken.reveal()).toBe(TOKEN)
  })

  it.each([
    ['the same refresh token', REFRESH_TOKEN, REFRESH_TOKEN],
    ['another', 'canary-next', 'canary-next'],
    ['none', undefined, REFRESH_TOKEN],
    ['null', null, REFRESH_TOKEN],
    ['an empty one', '', REFRESH_TOKEN],
    ['one that no header can hold', 'a b', REFRESH_TOKEN],
  ])('that is refreshed lives 300 seconds: %s', async (_name, refresh_token, kept) => {
    const { work } = renewals.refreshed(exchanged({ refresh_token }))
    const tokens = await work()
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect(tokens.expiresInSeconds).toBe(300)
    expect(tokens.refreshToken?.reveal()).toBe(kept)
    expect(shown(tokens)).not.toContain('canary')
  })
})

const wixError = { message: `canary ${INSTANCE_ID}`, details: { applicationError: { code: 'X' } } }
const ietf = (error: string) => ({ error, error_description: 'canary-description' })
const REFUSALS: [string, () => Answer, OAuthErrorCode][] = [
  ['400 as the IETF has it', () => json(ietf('invalid_grant'), 400), 'needs_reauth'],
  ['400 as Wix has it', () => json(wixError, 400), 'needs_reauth'],
  ['400 of nothing', () => new Response('', { status: 400 }), 'needs_reauth'],
  ['404 as the IETF has it', () => json(ietf('not_found'), 404), 'needs_reauth'],
  ['404 as Wix has it', () => json(wixError, 404), 'needs_reauth'],
  ['400 for the client', () => json(ietf('invalid_client'), 400), 'client_rejected'],
  ['401', () => json(wixError, 401), 'client_rejected'],
  ['401 for the grant', () => json(ietf('invalid_grant'), 401), 'client_rejected'],
  ['403', () => json(wixError, 403), 'client_rejected'],
  ['403 in HTML', () => new Response('<html>canary', { status: 403 }), 'client_rejected'],
  ['428', () => json(wixError, 428), 'provider_unavailable'],
  ['429', () => json(wixError, 429), 'provider_unavailable'],
  ['500', () => json({ message: '', details: {} }, 500), 'provider_unavailable'],
  ['502 in HTML', () => new Response('<html>canary', { status: 502 }), 'provider_unavailable'],
  ['503', () => json(wixError, 503), 'provider_unavailable'],
  ['204', () => new Response(null, { status: 204 }), 'provider_unavailable'],
  ['a redirect', () => Response.redirect('https://evil.example/'), 'provider_response_invalid'],
  ['HTML', () => new Response('<html>canary'), 'provider_response_invalid'],
  ['nothing', () => new Response(''), 'provider_response_invalid'],
  ['null', () => json(null), 'provider_response_invalid'],
  ['a list', () => json([{ access_token: TOKEN }]), 'provider_response_invalid'],
  ['an error as 200', () => json(ietf('invalid_grant')), 'provider_response_invalid'],
  ['no token', () => exchanged({ access_token: undefined }), 'provider_response_invalid'],
  ['an empty token', () => exchanged({ access_token: '' }), 'provider_response_invalid'],
  ['a number for a token', () => exchanged({ access_token: 1 }), 'provider_response_invalid'],
  [
    'a token with a line end',
    () => exchanged({ access_token: 'canary\r\n' }),
    'provider_response_invalid',
  ],
  [
    'an inherited token',
    () => new Response('{"__proto__":{"access_token":"x"}}'),
    'provider_response_invalid',
  ],
  [
    'more than anybody reads',
    () => exchanged({ x: 'x'.repeat(257 * 1024) }),
    'provider_response_invalid',
  ],
  [
    'no connection',
    () => () => Promise.reject(new TypeError('fetch failed')),
    'provider_unavailable',
  ],
]

describe.each(KINDS)('a token that is %s', (kind) => {
  it.each(REFUSALS)('is not got by %s', async (_name, answer, code) => {
    const { sent, work } = renewals[kind](answer())
    const error = await refusal(work)
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(1)
    expect(shown(error)).not.toContain('canary')
    expect(shown(error)).not.toContain(INSTANCE_ID)
  })
})
