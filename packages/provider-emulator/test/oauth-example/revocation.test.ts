import { describe, expect, it } from 'vitest'
import { START } from '../support.ts'
import {
  ADA,
  answerOf,
  CLIENT,
  CLIENTS,
  credentials,
  type Form,
  ISSUER,
  otherCredentials,
  PUBLIC_CLIENT,
  refusalOf,
  startExample,
} from './support.ts'

describe('revocation endpoint', () => {
  it.each<Form>([
    {},
    { token_type_hint: 'refresh_token' },
    { token_type_hint: 'access_token' },
    { token_type_hint: 'nonsense' },
  ])('revokes the grant of a refresh token, with hint %j', async (hint) => {
    const { tokens, revoke, refresh, get, control } = startExample()
    const { access_token, refresh_token } = await tokens()
    const response = await revoke(refresh_token, hint)
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(await refusalOf(await refresh(refresh_token))).toEqual([400, 'invalid_grant'])
    expect((await get('/api/me', access_token)).status).toBe(401)
    expect(control.grants()).toMatchObject([{ alive: false, reuseDetectedAt: null }])
  })

  it.each([
    ['token', true, 200],
    ['grant', false, 400],
  ] as const)('ends the %s of an access token', async (revokedAccessToken, alive, status) => {
    const { tokens, revoke, refresh, get, control } = startExample({ revokedAccessToken })
    const { access_token, refresh_token } = await tokens()
    const hint = { token_type_hint: 'refresh_token' }
    expect((await revoke(access_token, hint)).status).toBe(200)
    expect((await get('/api/me', access_token)).status).toBe(401)
    expect(control.grants()).toMatchObject([{ alive, liveAccessTokens: 0 }])
    expect((await refresh(refresh_token)).status).toBe(status)
  })

  it.each([
    ['nothing', true],
    ['grant', false],
  ] as const)('ends %s for a used refresh token', async (revokedUsedRefreshToken, alive) => {
    const { tokens, revoke, refresh, control } = startExample({ revokedUsedRefreshToken })
    const { refresh_token } = await tokens()
    await refresh(refresh_token)
    expect((await revoke(refresh_token)).status).toBe(200)
    expect(control.grants()).toMatchObject([{ alive, liveRefreshTokens: alive ? 1 : 0 }])
  })

  it('answers 200 for an unknown token, and for a revoked one', async () => {
    const { tokens, revoke } = startExample()
    const { refresh_token } = await tokens()
    expect((await revoke('unknown')).status).toBe(200)
    await revoke(refresh_token)
    expect((await revoke(refresh_token)).status).toBe(200)
  })

  it.each<[string, Form, number, string]>([
    ['no token', { token: '' }, 400, 'invalid_request'],
    ['a wrong secret', { client_secret: 'wrong' }, 400, 'invalid_client'],
    ['another client', otherCredentials, 400, 'invalid_grant'],
  ])('refuses %s', async (_name, form, status, error) => {
    const { tokens, revoke, control } = startExample(CLIENTS)
    const { refresh_token } = await tokens()
    expect(await refusalOf(await revoke(refresh_token, form))).toEqual([status, error])
    expect(control.grants()).toMatchObject([{ alive: true }])
  })

  it('revoke-503', async () => {
    const { emulator, tokens, revoke, control } = startExample()
    const { refresh_token } = await tokens()
    emulator.control.setScenario('oauth.example', 'revoke-503', 1)
    const response = await revoke(refresh_token)
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '1'])
    expect(control.grants()).toMatchObject([{ alive: true }])
    expect((await revoke(refresh_token)).status).toBe(200)
    expect(control.grants()).toMatchObject([{ alive: false }])
  })

  it('revoke-unsupported-token-type', async () => {
    const { emulator, tokens, revoke, control } = startExample()
    const { access_token } = await tokens()
    emulator.control.setScenario('oauth.example', 'revoke-unsupported-token-type', 1)
    expect(await refusalOf(await revoke(access_token))).toEqual([400, 'unsupported_token_type'])
    expect(control.grants()).toMatchObject([{ liveAccessTokens: 1 }])
  })

  it('revoke-slow', async () => {
    const waits: number[] = []
    const wait = (milliseconds: number) => {
      waits.push(milliseconds)
      return Promise.resolve()
    }
    const { emulator, tokens, revoke, control } = startExample({}, { wait })
    const { refresh_token } = await tokens()
    emulator.control.setScenario('oauth.example', 'revoke-slow', 1)
    expect((await revoke(refresh_token)).status).toBe(200)
    expect(waits).toEqual([30_000])
    expect(control.grants()).toMatchObject([{ alive: false }])
  })
})

describe('introspection endpoint', () => {
  it('describes an access token', async () => {
    const { tokens, introspect } = startExample()
    const response = await introspect((await tokens()).access_token)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await response.json()).toEqual({
      active: true,
      client_id: CLIENT.id,
      sub: ADA,
      username: 'ada@example.com',
      scope: 'profile items:read',
      token_type: 'Bearer',
      iss: ISSUER,
      iat: START / 1000,
      exp: START / 1000 + 3600,
    })
  })

  it('describes a refresh token until its use', async () => {
    const { tokens, refresh, introspect } = startExample({ refreshTokenSeconds: 90 })
    const { refresh_token } = await tokens()
    const description = await (await introspect(refresh_token)).json()
    expect(description).toMatchObject({ active: true, exp: START / 1000 + 90 })
    expect(description).not.toHaveProperty('token_type')
    await refresh(refresh_token)
    expect(await (await introspect(refresh_token)).json()).toEqual({ active: false })
  })

  it('has no user without a user, and no exp without expiry', async () => {
    const { post, tokens, introspect } = startExample()
    const form = { grant_type: 'client_credentials', ...credentials }
    const { access_token } = await answerOf(await post('/token', form))
    const own = await (await introspect(access_token)).json()
    expect(own).toMatchObject({ sub: CLIENT.id })
    expect(own).not.toHaveProperty('username')
    const endless = await (await introspect((await tokens()).refresh_token)).json()
    expect(endless).not.toHaveProperty('exp')
  })

  it('also answers another client', async () => {
    const { tokens, introspect } = startExample(CLIENTS)
    const response = await introspect((await tokens()).access_token, otherCredentials)
    expect(await response.json()).toMatchObject({ active: true, client_id: CLIENT.id })
  })

  it('answers that an unknown, expired or revoked token is inactive', async () => {
    const { emulator, tokens, revoke, introspect } = startExample()
    const [revoked, expired] = [await tokens(), await tokens()]
    await revoke(revoked.refresh_token)
    emulator.control.advance(3600)
    for (const token of ['unknown', revoked.access_token, expired.access_token]) {
      expect(await (await introspect(token)).json()).toEqual({ active: false })
    }
  })

  it.each<[string, Form, string]>([
    ['no token', { token: '' }, 'invalid_request'],
    ['a wrong secret', { client_secret: 'wrong' }, 'invalid_client'],
    ['a public client', { client_id: PUBLIC_CLIENT.id, client_secret: '' }, 'invalid_client'],
  ])('refuses %s', async (_name, form, error) => {
    const { introspect } = startExample(CLIENTS)
    expect(await refusalOf(await introspect('x', form))).toEqual([400, error])
  })
})
