import { describe, expect, it } from 'vitest'
import { ADA, ISSUER, startExample } from './support.ts'

const challengeOf = (response: Response) => response.headers.get('WWW-Authenticate')

describe('API', () => {
  it('returns the user and the items', async () => {
    const { tokens, get } = startExample()
    const { access_token } = await tokens()
    const me = await get('/api/me', access_token)
    expect(me.headers.get('Cache-Control')).toBe('no-store')
    expect(await me.json()).toEqual({
      sub: ADA,
      name: 'Ada Example',
      email: 'ada@example.com',
    })
    const { items } = (await (await get('/api/items', access_token)).json()) as { items: unknown[] }
    expect(items).toHaveLength(3)
    expect(items[0]).toEqual({ id: 'first', owner: ADA, name: 'The first item' })
  })

  it.each(['/api/me', '/api/items', '/userinfo'])('challenges at %s', async (path) => {
    const { tokens, get } = startExample()
    const anonymous = await get(path)
    expect([anonymous.status, challengeOf(anonymous)]).toEqual([401, 'Bearer realm="oauth.example"'])
    const unknown = await get(path, 'unknown')
    expect(unknown.status).toBe(401)
    expect(challengeOf(unknown)).toContain('error="invalid_token"')
    expect(await unknown.json()).toMatchObject({ error: 'invalid_token' })
    const { access_token } = await tokens({ scope: 'email' })
    const narrow = await get(path, access_token)
    expect(narrow.status).toBe(403)
    expect(challengeOf(narrow)).toMatch(/error="insufficient_scope".*, scope="\S+"$/)
    expect(await narrow.json()).toMatchObject({ error: 'insufficient_scope' })
  })

  it('accepts no token in the query, and no other scheme', async () => {
    const { tokens, get, request } = startExample()
    const { access_token } = await tokens()
    expect((await get(`/api/me?access_token=${access_token}`)).status).toBe(401)
    const headers = { Authorization: `Basic ${access_token}` }
    expect((await request(`${ISSUER}/api/me`, { headers })).status).toBe(401)
  })

  it.each(['/api/me', '/api/items'])('api-401-once at %s', async (path) => {
    const { emulator, tokens, get } = startExample()
    const { access_token } = await tokens()
    emulator.control.setScenario('oauth.example', 'api-401-once')
    const response = await get(path, access_token)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('error="invalid_token"')
    expect((await get(path, access_token)).status).toBe(200)
  })

  it.each([
    ['api-401', 401, 'invalid_token'],
    ['api-403-scope', 403, 'insufficient_scope'],
    ['api-429', 429, 'too_many_requests'],
    ['api-500', 500, 'server_error'],
  ])('%s leaves the token valid', async (scenario, status, error) => {
    const { emulator, tokens, get } = startExample()
    const { access_token } = await tokens({ scope: 'openid profile' })
    emulator.control.setScenario('oauth.example', scenario, 2)
    const response = await get('/api/me', access_token)
    expect(response.status).toBe(status)
    expect(response.headers.get('Retry-After')).toBe(status === 429 ? '1' : null)
    expect(await response.json()).toMatchObject({ error })
    expect((await get('/userinfo', access_token)).status).toBe(200)
    expect((await get('/api/me', access_token)).status).toBe(status)
    expect((await get('/api/me', access_token)).status).toBe(200)
  })
})

describe('userinfo endpoint', () => {
  it.each([
    ['openid', { sub: ADA }],
    ['openid profile', { sub: ADA, name: 'Ada Example' }],
    ['openid email', { sub: ADA, email: 'ada@example.com', email_verified: true }],
  ])('returns the claims of the scope %s', async (scope, expected) => {
    const { tokens, get } = startExample()
    expect(await (await get('/userinfo', (await tokens({ scope })).access_token)).json()).toEqual(expected)
  })

  it('userinfo-foreign-sub', async () => {
    const { emulator, tokens, get } = startExample()
    const { access_token } = await tokens({ scope: 'openid profile' })
    emulator.control.setScenario('oauth.example', 'userinfo-foreign-sub', 1)
    expect(await (await get('/userinfo', access_token)).json()).toEqual({
      sub: 'another-subject',
      name: 'Ada Example',
    })
    expect(await (await get('/userinfo', access_token)).json()).toMatchObject({ sub: ADA })
  })
})

describe('other paths', () => {
  it.each(['/', '/nothing', '/.well-known/nothing'])('shows a 404 page at %s', async (path) => {
    expect((await startExample().get(path)).status).toBe(404)
  })
})
