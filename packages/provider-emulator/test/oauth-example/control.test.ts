import { describe, expect, it } from 'vitest'
import { CONTROL, JSON_TYPE } from '../support.ts'
import { ADA, CLIENT, refusalOf, startExample } from './support.ts'

const ROUTES = `${CONTROL}/oauth.example`

describe('control of oauth.example', () => {
  it('shows the grants without token values', async () => {
    const { tokens, request, control } = startExample()
    const { access_token, refresh_token } = await tokens()
    const grant = {
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      clientId: CLIENT.id,
      subject: ADA,
      scopes: ['profile', 'items:read'],
      alive: true,
      accessTokensIssued: 1,
      liveAccessTokens: 1,
      refreshTokensIssued: 1,
      liveRefreshTokens: 1,
      reuseDetectedAt: null,
    }
    expect(control.grants()).toEqual([grant])
    const text = await (await request(`${ROUTES}/grants`)).text()
    expect(JSON.parse(text)).toEqual({ grants: [grant] })
    expect(text).not.toContain(access_token)
    expect(text).not.toContain(refresh_token)
  })

  it('revokes a grant', async () => {
    const { tokens, refresh, get, request, control } = startExample()
    const [first, second] = [await tokens(), await tokens()]
    const [one, two] = control.grants()
    expect(control.revokeGrant(one?.id ?? '')).toMatchObject({ id: one?.id, alive: false })
    expect(await refusalOf(await refresh(first.refresh_token))).toEqual([400, 'invalid_grant'])
    expect((await get('/api/me', first.access_token)).status).toBe(401)
    expect((await get('/api/me', second.access_token)).status).toBe(200)

    const body = JSON.stringify({ id: two?.id })
    const response = await request(`${ROUTES}/revoke-grant`, { method: 'POST', headers: JSON_TYPE, body })
    expect(await response.json()).toMatchObject({ id: two?.id, alive: false, liveAccessTokens: 0 })
  })

  it('expires all access tokens', async () => {
    const { tokens, refresh, get, request, control } = startExample()
    const [first, second] = [await tokens(), await tokens()]
    expect(control.expireAccessTokens()).toBe(2)
    for (const { access_token, refresh_token } of [first, second]) {
      expect((await get('/api/me', access_token)).status).toBe(401)
      expect((await refresh(refresh_token)).status).toBe(200)
    }
    const response = await request(`${ROUTES}/expire-access-tokens`, { method: 'POST', headers: JSON_TYPE })
    expect(await response.json()).toEqual({ expired: 2 })
    expect(control.grants()).toMatchObject([
      { alive: true, liveAccessTokens: 0, liveRefreshTokens: 1 },
      { alive: true, liveAccessTokens: 0, liveRefreshTokens: 1 },
    ])
    expect(control.expireAccessTokens()).toBe(0)
  })

  it('refuses an unknown grant', async () => {
    const { request, control } = startExample()
    expect(() => control.revokeGrant('nothing')).toThrow('There is no grant "nothing".')
    const post = (body: string) => request(`${ROUTES}/revoke-grant`, { method: 'POST', headers: JSON_TYPE, body })
    expect((await post('{"id": "nothing"}')).status).toBe(404)
    expect((await post('{}')).status).toBe(400)
    expect((await post('{"grant": "x"}')).status).toBe(400)
  })

  it.each([
    ['grants', 'POST', 'GET'],
    ['revoke-grant', 'GET', 'POST'],
    ['expire-access-tokens', 'GET', 'POST'],
  ])('answers 405 at %s with the right method', async (path, method, allowed) => {
    const response = await startExample().request(`${ROUTES}/${path}`, { method, headers: JSON_TYPE })
    expect([response.status, response.headers.get('Allow')]).toEqual([405, allowed])
  })

  it('removes grants, codes and tokens at a reset', async () => {
    const { emulator, code, exchange, tokens, refresh, get, control } = startExample()
    const value = await code()
    const { access_token, refresh_token } = await tokens()
    emulator.control.reset()
    expect(control.grants()).toEqual([])
    expect((await get('/api/me', access_token)).status).toBe(401)
    expect(await refusalOf(await refresh(refresh_token))).toEqual([400, 'invalid_grant'])
    expect(await refusalOf(await exchange(value))).toEqual([400, 'invalid_grant'])
  })

  it('masks secrets in the request log', async () => {
    const { emulator, tokens, refresh, revoke } = startExample()
    const { access_token, refresh_token } = await tokens()
    await refresh(refresh_token)
    await revoke(access_token)
    const log = JSON.stringify(emulator.control.requests())
    expect(log).toContain('"grant_type":"refresh_token"')
    for (const secret of [access_token, refresh_token, CLIENT.secret, 'af0ifjsldkj']) {
      expect(log).not.toContain(secret)
    }
  })
})
