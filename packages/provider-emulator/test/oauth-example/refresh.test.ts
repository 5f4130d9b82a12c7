import { describe, expect, it } from 'vitest'
import { START } from '../support.ts'
import { answerOf, CLIENTS, HEX_64, otherCredentials, refusalOf, startExample } from './support.ts'

const INVALID_GRANT = [400, 'invalid_grant']

describe('refresh token grant', () => {
  it('rotates the refresh token', async () => {
    const { tokens, refresh, get, control } = startExample()
    const first = await tokens()
    const second = await answerOf(await refresh(first.refresh_token))
    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: first.scope })
    expect(second.refresh_token).toMatch(HEX_64)
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(second.access_token).not.toBe(first.access_token)
    expect((await get('/api/me', first.access_token)).status).toBe(200)
    expect((await get('/api/me', second.access_token)).status).toBe(200)
    expect(control.grants()).toMatchObject([
      {
        alive: true,
        accessTokensIssued: 2,
        liveAccessTokens: 2,
        refreshTokensIssued: 2,
        liveRefreshTokens: 1,
      },
    ])
  })

  it('returns no refresh token without rotation', async () => {
    const { tokens, refresh, control } = startExample({ rotation: 'never' })
    const { refresh_token } = await tokens()
    for (let count = 0; count < 3; count += 1) {
      const answer = await answerOf(await refresh(refresh_token))
      expect(answer.refresh_token).toBeUndefined()
    }
    expect(control.grants()).toMatchObject([{ alive: true, refreshTokensIssued: 1 }])
  })

  it('revokes the grant when a refresh token is reused', async () => {
    const { tokens, refresh, get, control } = startExample()
    const first = await tokens()
    const second = await answerOf(await refresh(first.refresh_token))
    expect(await refusalOf(await refresh(first.refresh_token))).toEqual(INVALID_GRANT)
    expect(await refusalOf(await refresh(second.refresh_token))).toEqual(INVALID_GRANT)
    for (const { access_token } of [first, second]) {
      expect((await get('/api/me', access_token)).status).toBe(401)
    }
    expect(control.grants()).toMatchObject([
      {
        alive: false,
        liveAccessTokens: 0,
        liveRefreshTokens: 0,
        reuseDetectedAt: new Date(START).toISOString(),
      },
    ])
  })

  it('does not revoke other grants', async () => {
    const { tokens, refresh, control } = startExample()
    const [{ refresh_token }, other] = [await tokens(), await tokens()]
    await refresh(refresh_token)
    await refresh(refresh_token)
    expect(control.grants().map(({ alive }) => alive)).toEqual([false, true])
    expect((await refresh(other.refresh_token)).status).toBe(200)
  })

  it('only refuses a used refresh token without reuse detection', async () => {
    const { tokens, refresh, control } = startExample({ reuseDetection: false })
    const { refresh_token } = await tokens()
    const second = await answerOf(await refresh(refresh_token))
    expect(await refusalOf(await refresh(refresh_token))).toEqual(INVALID_GRANT)
    expect(control.grants()).toMatchObject([{ alive: true, reuseDetectedAt: null }])
    expect((await refresh(second.refresh_token)).status).toBe(200)
  })

  it('lets one of 100 parallel refreshes succeed, and revokes the grant', async () => {
    const { tokens, refresh, control, tokenRequests } = startExample()
    const { refresh_token } = await tokens()
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(refresh_token)))
    const [winner, ...others] = await Promise.all(answers.filter(({ status }) => status === 200).map(answerOf))
    expect(others).toEqual([])
    expect(tokenRequests()).toBe(101)
    expect(control.grants()).toMatchObject([{ alive: false, refreshTokensIssued: 2, liveRefreshTokens: 0 }])
    expect(winner?.refresh_token).toMatch(HEX_64)
    expect(await refusalOf(await refresh(winner?.refresh_token ?? ''))).toEqual(INVALID_GRANT)
  })

  it('returns the same tokens to 100 parallel refreshes in the grace period', async () => {
    const { tokens, refresh, control } = startExample({ graceSeconds: 10 })
    const { refresh_token } = await tokens()
    const responses = await Promise.all(Array.from({ length: 100 }, () => refresh(refresh_token)))
    const answers = await Promise.all(responses.map(answerOf))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(control.grants()).toMatchObject([
      { alive: true, accessTokensIssued: 2, refreshTokensIssued: 2, liveRefreshTokens: 1 },
    ])
  })

  it('ends the grace period in time', async () => {
    const { emulator, tokens, refresh, control } = startExample({ graceSeconds: 10 })
    const { refresh_token } = await tokens()
    const second = await answerOf(await refresh(refresh_token))
    emulator.control.advance(9)
    const again = await answerOf(await refresh(refresh_token))
    expect(again).toEqual({ ...second, expires_in: 3591 })
    emulator.control.advance(1)
    expect(await refusalOf(await refresh(refresh_token))).toEqual(INVALID_GRANT)
    expect(control.grants()).toMatchObject([{ alive: false }])
  })

  it('has a grace period only for the previous refresh token', async () => {
    const { tokens, refresh, control } = startExample({ graceSeconds: 10 })
    const { refresh_token } = await tokens()
    const second = await answerOf(await refresh(refresh_token))
    await refresh(second.refresh_token)
    expect((await refresh(second.refresh_token)).status).toBe(200)
    expect(await refusalOf(await refresh(refresh_token))).toEqual(INVALID_GRANT)
    expect(control.grants()).toMatchObject([{ alive: false }])
  })

  it('issues fewer scopes if requested, and all of them at the next refresh', async () => {
    const { tokens, refresh, get } = startExample()
    const first = await tokens()
    const second = await answerOf(await refresh(first.refresh_token, { scope: 'items:read' }))
    expect(second.scope).toBe('items:read')
    expect((await get('/api/me', second.access_token)).status).toBe(403)
    const third = await answerOf(await refresh(second.refresh_token))
    expect(third.scope).toBe('profile items:read')
  })

  it('grants all scopes by default, even if an authorization request needs a scope', async () => {
    const { tokens, refresh } = startExample({ omittedScope: 'refused' })
    expect((await refresh((await tokens()).refresh_token)).status).toBe(200)
  })

  it.each([
    ['additional scopes', { scope: 'profile email' }, 'invalid_scope'],
    ['another client', otherCredentials, 'invalid_grant'],
    ['no refresh token', { refresh_token: '' }, 'invalid_request'],
    ['an unknown refresh token', { refresh_token: 'x' }, 'invalid_grant'],
  ])('refuses %s and leaves the refresh token valid', async (_name, form, error) => {
    const { tokens, refresh } = startExample(CLIENTS)
    const { refresh_token } = await tokens()
    expect(await refusalOf(await refresh(refresh_token, form))).toEqual([400, error])
    expect((await refresh(refresh_token)).status).toBe(200)
  })

  it('expires each refresh token after its own lifetime', async () => {
    const { emulator, tokens, refresh, control } = startExample({ refreshTokenSeconds: 100 })
    const first = await tokens()
    emulator.control.advance(99)
    const second = await answerOf(await refresh(first.refresh_token))
    emulator.control.advance(99)
    const third = await answerOf(await refresh(second.refresh_token))
    emulator.control.advance(100)
    expect(await refusalOf(await refresh(third.refresh_token))).toEqual(INVALID_GRANT)
    expect(control.grants()).toMatchObject([{ alive: true, liveRefreshTokens: 0 }])
  })
})

describe('refresh scenarios', () => {
  it.each([
    ['silence', 504, [30_000]],
    ['bad-gateway', 502, []],
  ] as const)('refresh-loses-response with %s rotates', async (lostResponse, status, expected) => {
    const waits: number[] = []
    const wait = (milliseconds: number) => {
      waits.push(milliseconds)
      return Promise.resolve()
    }
    const { emulator, tokens, refresh, control } = startExample({ lostResponse }, { wait })
    const { refresh_token } = await tokens()
    emulator.control.setScenario('oauth.example', 'refresh-loses-response', 1)
    expect((await refresh(refresh_token)).status).toBe(status)
    expect(waits).toEqual(expected)
    expect(control.grants()).toMatchObject([{ alive: true, refreshTokensIssued: 2 }])
    expect(await refusalOf(await refresh(refresh_token))).toEqual(INVALID_GRANT)
    expect(control.grants()).toMatchObject([{ alive: false }])
  })

  it('refresh-loses-response returns the new tokens to a retry in the grace period', async () => {
    const { emulator, tokens, refresh, control } = startExample({ graceSeconds: 60 })
    const { refresh_token } = await tokens()
    emulator.control.setScenario('oauth.example', 'refresh-loses-response', 1)
    await refresh(refresh_token)
    const { refresh_token: successor } = await answerOf(await refresh(refresh_token))
    expect((await refresh(successor)).status).toBe(200)
    expect(control.grants()).toMatchObject([{ alive: true, refreshTokensIssued: 3 }])
  })

  it('refresh-loses-response does not affect a code exchange', async () => {
    const { emulator, tokens } = startExample()
    emulator.control.setScenario('oauth.example', 'refresh-loses-response')
    expect((await tokens()).access_token).toMatch(HEX_64)
  })

  it.each([0, 60])('refresh-token-reused revokes the grant, with a grace period of %d s', async (seconds) => {
    const { emulator, tokens, refresh, control } = startExample({ graceSeconds: seconds })
    const { refresh_token } = await tokens()
    emulator.control.setScenario('oauth.example', 'refresh-token-reused', 1)
    expect(await refusalOf(await refresh(refresh_token))).toEqual(INVALID_GRANT)
    expect(control.grants()).toMatchObject([{ alive: false, reuseDetectedAt: new Date(START).toISOString() }])
  })

  it('refresh-rejected leaves the refresh token valid', async () => {
    const { emulator, tokens, refresh } = startExample()
    const { refresh_token } = await tokens()
    emulator.control.setScenario('oauth.example', 'refresh-rejected', 1)
    expect(await refusalOf(await refresh(refresh_token))).toEqual(INVALID_GRANT)
    expect((await refresh(refresh_token)).status).toBe(200)
  })

  it.each<[string, (sent: string) => string | undefined]>([
    ['refresh-without-refresh-token', () => undefined],
    ['refresh-with-same-refresh-token', (sent) => sent],
    ['refresh-with-empty-refresh-token', () => ''],
  ])('%s keeps the refresh token that was sent', async (scenario, expected) => {
    const { emulator, tokens, refresh, get, control } = startExample()
    const { refresh_token } = await tokens()
    emulator.control.setScenario('oauth.example', scenario, 1)
    const answer = await answerOf(await refresh(refresh_token))
    expect(answer.refresh_token).toBe(expected(refresh_token))
    expect((await get('/api/me', answer.access_token)).status).toBe(200)
    expect((await answerOf(await refresh(refresh_token))).refresh_token).toMatch(HEX_64)
    expect(control.grants()).toMatchObject([{ alive: true, refreshTokensIssued: 2 }])
  })

  it('refresh-without-expires-in', async () => {
    const { emulator, tokens, refresh } = startExample()
    emulator.control.setScenario('oauth.example', 'refresh-without-expires-in')
    const first = await tokens()
    expect(first.expires_in).toBe(3600)
    const second = await answerOf(await refresh(first.refresh_token))
    expect(Object.keys(second)).not.toContain('expires_in')
  })

  it('refresh-with-fewer-scopes', async () => {
    const { emulator, tokens, refresh, get } = startExample()
    const first = await tokens()
    emulator.control.setScenario('oauth.example', 'refresh-with-fewer-scopes', 1)
    const second = await answerOf(await refresh(first.refresh_token))
    expect(second.scope).toBe('profile')
    expect((await get('/api/items', second.access_token)).status).toBe(403)
    expect((await answerOf(await refresh(second.refresh_token))).scope).toBe(first.scope)
  })
})
