import { describe, expect, it } from 'vitest'
import { refusal, shown } from '../../protocol/refusal.ts'
import { emulated, ISSUER, JWKS, METADATA, STATE, TOKEN, USERINFO } from './emulated.ts'
import { forge } from './forge.ts'

const WHOLE = [METADATA, JWKS, TOKEN, USERINFO]

describe('a login at an OpenID provider', () => {
  it('learns who it is from the ID token, and what they are called from the user info', async () => {
    const server = emulated()
    const { tokens, grant } = await server.login()
    expect(grant).toEqual({
      id: 'user-1001',
      scopes: ['openid', 'profile', 'items:read'],
      account: { id: 'user-1001', name: 'Ada Example' },
      revocable: true,
    })
    expect(tokens.expiresInSeconds).toBe(3600)
    expect(shown({ tokens, grant })).not.toContain(tokens.accessToken.reveal())
    expect(WHOLE.map(server.requestsTo)).toEqual([1, 1, 1, 1])
    expect(server.control.requests().filter(({ status }) => (status ?? 599) >= 400)).toEqual([])
  })

  it('asks once about the issuer, however many log in', async () => {
    const server = emulated()
    for (let each = 0; each < 3; each++) await server.login()
    expect(WHOLE.map(server.requestsTo)).toEqual([1, 1, 3, 3])
  })

  it('asks for openid and a nonce, whatever else is asked for', async () => {
    const server = emulated({
      scopes: ['profile'],
      authorizationParams: { nonce: 'of ours', prompt: 'consent', scope: 'evil', state: 'evil' },
    })
    expect(server.provider.scopes).toEqual(['openid', 'profile'])
    const first = await server.authorizationUrl()
    expect(first.origin + first.pathname).toBe(`${ISSUER}/authorize`)
    for (const name of first.searchParams.keys()) {
      expect(first.searchParams.getAll(name), name).toHaveLength(1)
    }
    const asked = Object.fromEntries(first.searchParams)
    expect(asked).toMatchObject({
      response_type: 'code',
      scope: 'openid profile',
      prompt: 'consent',
      state: STATE,
      code_challenge_method: 'S256',
    })
    expect(asked['nonce']).toMatch(/^[\w-]{43}$/)
    expect((await server.authorizationUrl(['email'])).searchParams.get('scope')).toBe(
      'openid email',
    )
    expect((await server.authorizationUrl(['a', 'openid'])).searchParams.get('scope')).toBe(
      'a openid',
    )
  })

  it('carries on what a login was started with', async () => {
    const { provider, backChannel } = emulated({ authorizationParams: { prompt: 'consent' } })
    const params = { login_hint: 'ada@example.com', nonce: 'of a visitor' }
    const request = { state: STATE, redirectUri: 'https://app.example/cb', scopes: [], params }
    const { searchParams } = await provider.authorizationUrl(request, backChannel, 0)
    expect(searchParams.get('login_hint')).toBe('ada@example.com')
    expect(searchParams.get('prompt')).toBe('consent')
    expect(searchParams.getAll('nonce')).toEqual([expect.stringMatching(/^[\w-]{43}$/)])
  })

  it('has a nonce of its own for every state, which does not tell the state', async () => {
    const { provider, backChannel } = emulated()
    const nonceFor = async (state: string) => {
      const request = { state, redirectUri: 'https://app.example/cb', scopes: [] }
      const url = await provider.authorizationUrl(request, backChannel, 0)
      return url.searchParams.get('nonce')
    }
    const nonces = [await nonceFor('one'), await nonceFor('one'), await nonceFor('other')]
    expect(nonces[0]).toBe(nonces[1])
    expect(nonces[0]).not.toBe(nonces[2])
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('one'))
    expect(nonces[0]).not.toBe(Buffer.from(bytes).toString('base64url'))
  })

  it('takes what was asked for as granted where the server does not tell', async () => {
    const server = emulated()
    server.editJson(TOKEN, ({ scope: _left, ...json }) => json)
    const parameters = await server.consent()
    expect((await server.authorize(parameters)).grant.scopes).toEqual([
      'openid',
      'profile',
      'items:read',
    ])
    const again = await server.consent()
    expect((await server.authorize(again, { scopes: ['profile'] })).grant.scopes).toEqual([
      'openid',
      'profile',
    ])
  })

  it.each([
    ['example-iss-missing', 'authorization_response_invalid'],
    ['example-iss-foreign', 'authorization_response_invalid'],
    ['example-callback-drops-state', 'authorization_response_invalid'],
    ['example-user-denies', 'access_denied'],
  ])('sends no code when %s', async (scenario, code) => {
    const server = emulated()
    server.control.setScenario(scenario)
    expect((await refusal(() => server.login())).code).toBe(code)
    expect([JWKS, TOKEN].map(server.requestsTo)).toEqual([0, 0])
  })

  it('compares an iss that was not promised, and misses none', async () => {
    const server = emulated({}, { issParameter: false })
    await server.login()
    const parameters = await server.consent()
    parameters.set('iss', `${ISSUER}/`)
    const error = await refusal(() => server.authorize(parameters))
    expect(error.code).toBe('authorization_response_invalid')
    parameters.set('iss', ISSUER)
    await server.authorize(parameters)
  })

  it.each([
    ['example-jwks-503', 'provider_unavailable', 2],
    ['example-jwks-huge', 'provider_response_invalid', 1],
  ])('sends no code while nobody could judge its tokens: %s', async (scenario, code, asked) => {
    const server = emulated()
    server.control.setScenario(scenario)
    expect((await refusal(() => server.login())).code).toBe(code)
    expect([JWKS, TOKEN].map(server.requestsTo)).toEqual([asked, 0])
  })

  it('sends its code once when the token endpoint is not well', async () => {
    const server = emulated()
    server.control.setScenario('example-token-503')
    expect((await refusal(() => server.login())).code).toBe('provider_unavailable')
    expect([TOKEN, USERINFO].map(server.requestsTo)).toEqual([1, 0])
  })

  it('needs no challenge where there is none', async () => {
    const server = emulated({ pkce: false }, { pkce: 'optional' })
    expect(server.provider.pkce).toBe(false)
    const drop = (url: URL) => {
      url.searchParams.delete('code_challenge')
      url.searchParams.delete('code_challenge_method')
    }
    const parameters = await server.consent(drop)
    await server.authorize(parameters, { codeVerifier: undefined })
  })
})

describe('the name of an account', () => {
  async function named(userInfo: object): Promise<string | null> {
    const server = emulated()
    server.editJson(USERINFO, () => ({ sub: 'user-1001', ...userInfo }))
    return (await server.login()).grant.account.name
  }

  it.each<[object, string | null]>([
    [{ name: 'Ada', preferred_username: 'ada', email: 'a@b.example' }, 'Ada'],
    [{ preferred_username: 'ada', email: 'a@b.example' }, 'ada'],
    [{ name: '', preferred_username: 7, email: 'a@b.example' }, 'a@b.example'],
    [{ name: 'x'.repeat(1025) }, null],
    [{ nickname: 'ada' }, null],
    [{}, null],
  ])('is the best of %j', async (userInfo, name) => {
    expect(await named(userInfo)).toBe(name)
  })

  it('is none without user info, unless the ID token has it', async () => {
    const server = emulated({ userinfo: false })
    expect((await server.login()).grant.account).toEqual({ id: 'user-1001', name: null })
    expect(server.requestsTo(USERINFO)).toBe(0)
  })

  it.each<[object, string | null]>([
    [{ name: 'Ada', email: 'a@b.example' }, 'Ada'],
    [{ email: 'a@b.example' }, 'a@b.example'],
  ])('is that of the ID token %j where there is no other', async (claims, name) => {
    const server = emulated()
    const issuer = await forge(server)
    issuer.claims = claims
    server.control.setScenario('example-metadata-without-userinfo')
    expect((await server.login()).grant.account.name).toBe(name)
  })

  it('is that of the user info where both have one', async () => {
    const server = emulated()
    const issuer = await forge(server)
    issuer.claims = { name: 'Countess' }
    expect((await server.login()).grant.account.name).toBe('Ada Example')
  })

  it('is not asked for where nobody could be asked', async () => {
    const server = emulated()
    server.control.setScenario('example-metadata-without-userinfo')
    expect((await server.login()).grant.account.name).toBeNull()
    expect(server.requestsTo(USERINFO)).toBe(0)
  })

  it.each<[string, (answer: Response) => Response]>([
    ['503', () => new Response('', { status: 503 })],
    ['403', () => Response.json({ sub: 'user-1001', name: 'Eve' }, { status: 403 })],
    ['a signed one', () => new Response('eyJhbGciOiJSUzI1NiJ9.e30.AA')],
    ['a redirect', () => new Response(null, { status: 302 })],
    ['a list', () => Response.json([{ sub: 'user-1001', name: 'Eve' }])],
  ])('costs no login when it cannot be had: %s', async (_name, make) => {
    const server = emulated()
    server.answer(USERINFO, make)
    expect((await server.login()).grant.account).toEqual({ id: 'user-1001', name: null })
  })

  it.each([
    ['somebody-else', { sub: 'somebody-else' }],
    ['nobody', {}],
    ['a number', { sub: 1001 }],
  ])('ends the login when it is about %s', async (_name, userInfo) => {
    const server = emulated()
    server.editJson(USERINFO, () => ({ name: 'Ada', ...userInfo }))
    const error = await refusal(() => server.login())
    expect(error.code).toBe('provider_response_invalid')
    expect(error.cause).toMatchObject({ message: 'user info about somebody else' })
    expect(server.grants()).toMatchObject([
      { alive: false, liveAccessTokens: 0, liveRefreshTokens: 0 },
    ])
  })
})
