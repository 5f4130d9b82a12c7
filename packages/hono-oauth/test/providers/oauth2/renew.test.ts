import { describe, expect, it } from 'vitest'
import { type Answer, json, over } from '../../protocol/fake-fetch.ts'
import { refusedAfter, shown } from '../../protocol/refusal.ts'
import { provider, REFRESH, refreshToken, stored, TOKEN, tokenAnswer } from './support.ts'

const renewal = (token: typeof refreshToken | undefined, ...answers: Answer[]) =>
  over(answers, async (channel) => provider().renew?.(stored({ refreshToken: token }), channel, 0))

describe('a renewal', () => {
  it('returns new tokens and shows none', async () => {
    const { sent, work } = renewal(refreshToken, json(tokenAnswer({ refresh_token: 'canary-2' })))
    const tokens = await work()
    expect([tokens?.accessToken, tokens?.refreshToken].map((each) => each?.reveal())).toEqual([TOKEN, 'canary-2'])
    expect(tokens).toMatchObject({ expiresInSeconds: 3600, scopes: undefined })
    expect(sent.map(({ body }) => new URLSearchParams(body).get('refresh_token'))).toEqual([REFRESH])
    expect(shown(tokens)).not.toContain('canary')
  })

  it.each<[object, object]>([
    [{ refresh_token: undefined }, { refreshToken: undefined }],
    [{ refresh_token: false }, { refreshToken: undefined }],
    [{ scope: 'profile,items:read' }, { scopes: ['profile', 'items:read'] }],
    [{ scope: '' }, { scopes: undefined }],
    [{ scope: 5 }, { scopes: undefined }],
    [{ scope: undefined }, { scopes: undefined }],
  ])('of %j returns %j', async (members, returned) => {
    expect(await renewal(refreshToken, json(tokenAnswer(members))).work()).toMatchObject(returned)
  })

  it('sends nothing without a refresh token, and is not repeated', async () => {
    expect(await refusedAfter(renewal(undefined))).toEqual(['needs_reauth', 0])
    const gone = json({ error: 'invalid_grant', x: REFRESH }, 400)
    expect(await refusedAfter(renewal(refreshToken, gone))).toEqual(['needs_reauth', 1])
  })
})
