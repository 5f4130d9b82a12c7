import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/secret.ts'
import { type Answer, empty, html, json, lost, over } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { stored } from '../oauth2/support.ts'
import * as wix from './support.ts'

const { exchanged, INSTANCE_ID, legacy, minted, REFRESH_TOKEN, TOKEN } = wix
const CLIENT_CREDENTIALS = { grant_type: 'client_credentials', instance_id: INSTANCE_ID }
const REFRESH = { grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN }
/** Each kind of connection, and its renewal. */
const EXTERNAL = { make: wix.external, token: undefined, path: 'oauth2/token', form: CLIENT_CREDENTIALS }
const LEGACY = { make: legacy, token: new Secret(REFRESH_TOKEN), path: 'oauth/access', form: REFRESH }
const KINDS = [
  ['external', EXTERNAL],
  ['legacy, without a refresh token', { ...EXTERNAL, make: legacy }],
  ['legacy', LEGACY],
] as const
type Kind = (typeof KINDS)[number][1]

function renewal({ make, token: refreshToken }: Kind, ...answers: Answer[]) {
  const { renew } = make()
  if (!renew) throw new Error('Wix has renewals')
  return over(answers, (backChannel) => renew(stored({ id: INSTANCE_ID, refreshToken }), backChannel, 0))
}

describe('the answer to a token request', () => {
  it.each([[14_400, 14_400], [60, 60], ...[undefined, null, '3600', 0, -1].map((lifetime) => [lifetime, 14_400])])(
    'of client credentials with the lifetime %j lasts %d seconds',
    async (expires_in, seconds) => {
      const tokens = await renewal(EXTERNAL, minted({ expires_in, token_type: undefined })).work()
      expect(tokens.accessToken.reveal()).toBe(TOKEN)
      expect([tokens.expiresInSeconds, tokens.refreshToken]).toEqual([seconds, undefined])
    },
  )

  it.each([
    ['canary-next', 'canary-next'],
    ...[REFRESH_TOKEN, undefined, null, '', 'a b', 7].map((same) => [same, REFRESH_TOKEN]),
  ])('of custom authentication with the refresh token %j', async (refresh_token, kept) => {
    const tokens = await renewal(LEGACY, exchanged({ refresh_token })).work()
    expect([tokens.accessToken.reveal(), tokens.refreshToken?.reveal()]).toEqual([TOKEN, kept])
    expect(tokens.expiresInSeconds).toBe(300)
    expect(shown(tokens)).not.toContain('canary')
  })
})

const wixError = { message: `canary ${INSTANCE_ID}`, details: { applicationError: { code: 'X' } } }
const ietf = (error: string) => ({ error, error_description: 'canary-description' })
const REFUSALS: Record<string, Record<string, () => Answer>> = {
  needs_reauth: {
    '400 with invalid_grant': () => json(ietf('invalid_grant'), 400),
    400: () => json(wixError, 400),
    404: () => json(wixError, 404),
  },
  client_rejected: {
    '400 with invalid_client': () => json(ietf('invalid_client'), 400),
    401: () => json(ietf('invalid_grant'), 401),
    403: () => html(403),
  },
  provider_unavailable: {
    428: () => json(wixError, 428),
    429: () => json(wixError, 429),
    502: () => html(502),
    204: () => empty(204),
    'no connection': () => lost,
  },
  provider_response_invalid: {
    'a redirect': () => Response.redirect('https://evil.example/'),
    HTML: () => html(),
    'a list': () => json([{ access_token: TOKEN }]),
    'an error as 200': () => json(ietf('invalid_grant')),
    'no access token': () => exchanged({ access_token: undefined }),
    'an empty access token': () => exchanged({ access_token: '' }),
    'a number for an access token': () => exchanged({ access_token: 1 }),
    'an access token with a line end': () => exchanged({ access_token: 'canary\r\n' }),
    'an inherited token': () => new Response('{"__proto__":{"access_token":"x"}}'),
  },
}
const ROWS = Object.entries(REFUSALS).flatMap(([code, answers]) =>
  Object.entries(answers).map(([name, answer]) => ({ name, code, answer })),
)

describe.each(KINDS)('the token request of a connection that is %s', (_name, kind) => {
  it('is the documented one', async () => {
    const { sent, work } = renewal(kind, exchanged())
    await work()
    expect(sent).toMatchObject([{ method: 'POST', url: `https://www.wixapis.com/${kind.path}` }])
    const credentials = { client_id: wix.APP_ID, client_secret: wix.APP_SECRET }
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({ ...kind.form, ...credentials })
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual(headers)
  })

  it.each(ROWS)('fails once after $name: $code', async ({ answer, code }) => {
    const { sent, work } = renewal(kind, answer())
    const error = await refusal(work)
    expect([error.code, sent.length]).toEqual([code, 1])
    for (const secret of ['canary', INSTANCE_ID]) expect(shown(error)).not.toContain(secret)
  })
})
