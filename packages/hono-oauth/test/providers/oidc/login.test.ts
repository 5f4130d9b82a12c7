import { describe, expect, it } from 'vitest'
import { refusal, shown } from '../../protocol/refusal.ts'
import { emulated, ISSUER, JWKS, METADATA, STATE, TOKEN, USERINFO } from './emulated.ts'
import { forged } from './forge.ts'

const WHOLE = [METADATA, JWKS, TOKEN, USERINFO]

describe('a login at an OpenID provider', () => {
  it('reads the subject from the ID token, and the name from the user info', async () => {
    const server = emulated()
    const { tokens, grant } = await server.login()
    expect(grant).toEqual({
      id: 'user-1001',
      scopes: ['openid', 'profile', 'items:read'],
      account: { id: 'user-1001', name: 'Ada Example' },
      revocable: true,
      details: {},
      isAnonymous: false,
    })
    expect(tokens.expiresInSeconds).toBe(3600)
    expect(shown({ tokens, grant })).not.toContain(tokens.accessToken.reveal())
    expect(server.control.requests().filter(({ status }) => (status ?? 599) >= 400)).toEqual([])
    await server.login()
    expect(WHOLE.map(server.requestsTo)).toEqual([1, 1, 2, 2])
  })

  it('always requests openid and a nonce, and passes on other parameters', async () => {
    const authorizationParams = { prompt: 'consent' }
    const { provider, backChannel } = emulated({ scopes: ['profile'], authorizationParams })
    expect(provider.scopes).toEqual(['openid', 'profile'])
    const params = { login_hint: 'ada@example.com', nonce: 'evil', scope: 'evil', state: 'evil' }
    const request = { state: STATE, redirectUri: 'https://app.example/cb', params, codeVerifier: 'v' }
    const urlFor = (scopes: readonly string[]) => provider.authorizationUrl({ ...request, scopes }, backChannel, 0)
    const url = await urlFor(provider.scopes)
    expect(url.origin + url.pathname).toBe(`${ISSUER}/authorize`)
    for (const name of url.searchParams.keys()) expect(url.searchParams.getAll(name), name).toHaveLength(1)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid profile',
      prompt: 'consent',
      login_hint: 'ada@example.com',
      state: STATE,
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect((await urlFor(['email'])).searchParams.get('scope')).toBe('openid email')
    expect((await urlFor(['a', 'openid'])).searchParams.get('scope')).toBe('a openid')
  })

  it('has a nonce for every state, which does not reveal the state', async () => {
    const { provider, backChannel } = emulated()
    const nonceFor = async (state: string) => {
      const request = { state, redirectUri: 'https://app.example/cb', scopes: [] }
      return (await provider.authorizationUrl(request, backChannel, 0)).searchParams.get('nonce')
    }
    const nonce = await nonceFor('one')
    expect(await nonceFor('one')).toBe(nonce)
    expect(await nonceFor('other')).not.toBe(nonce)
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('one'))
    expect(nonce).not.toBe(Buffer.from(bytes).toString('base64url'))
  })

  it.each([
    [undefined, ['openid', 'profile', 'items:read']],
    [['profile'], ['openid', 'profile']],
  ])('takes the requested scopes %j as granted without a scope', async (scopes, granted) => {
    const server = emulated()
    server.editJson(TOKEN, ({ scope: _left, ...json }) => json)
    const { grant } = await server.authorize(await server.consent(), { scopes })
    expect(grant.scopes).toEqual(granted)
  })

  it.each([
    ['callback-without-iss', 'authorization_response_invalid', 0, 0],
    ['callback-with-foreign-iss', 'authorization_response_invalid', 0, 0],
    ['callback-drops-state', 'authorization_response_invalid', 0, 0],
    ['authorize-denied', 'access_denied', 0, 0],
    ['jwks-503', 'provider_unavailable', 2, 0],
    ['jwks-huge', 'provider_response_invalid', 1, 0],
    ['token-endpoint-503', 'provider_unavailable', 1, 1],
  ])('fails early when %s', async (scenario, code, keyRequests, tokenRequests) => {
    const server = emulated()
    server.control.setScenario('oauth.example', scenario)
    expect((await refusal(() => server.login())).code).toBe(code)
    expect([JWKS, TOKEN, USERINFO].map(server.requestsTo)).toEqual([keyRequests, tokenRequests, 0])
  })

  it('compares an optional iss', async () => {
    const server = emulated({}, { issParameter: false })
    await server.login()
    const parameters = await server.consent()
    parameters.set('iss', `${ISSUER}/`)
    expect((await refusal(() => server.authorize(parameters))).code).toBe('authorization_response_invalid')
    parameters.set('iss', ISSUER)
    await server.authorize(parameters)
  })

  it('may send no challenge', async () => {
    const server = emulated({ pkce: false }, { pkce: 'optional' })
    expect(server.provider.pkce).toBe(false)
    const parameters = await server.consent((url) => {
      url.searchParams.delete('code_challenge')
      url.searchParams.delete('code_challenge_method')
    })
    await server.authorize(parameters, { codeVerifier: undefined })
  })
})

describe('the name of an account', () => {
  /** The account of a login, with members of the user info and claims of the ID token. */
  async function named(userInfo: object | undefined, claims: object = {}, userinfo?: boolean) {
    const server = await forged({ claims }, { userinfo })
    if (userInfo) server.editJson(USERINFO, () => ({ sub: 'user-1001', ...userInfo }))
    else if (userinfo !== false) server.control.setScenario('oauth.example', 'metadata-without-userinfo')
    const { account } = (await server.login()).grant
    expect(server.requestsTo(USERINFO)).toBe(userInfo ? 1 : 0)
    return account.name
  }

  it.each<[object | undefined, object, string | null, boolean?]>([
    [{ name: 'Ada', preferred_username: 'ada', email: 'a@b.example' }, { name: 'Eve' }, 'Ada'],
    [{ preferred_username: 'ada', email: 'a@b.example' }, {}, 'ada'],
    [{ name: '', preferred_username: 7, email: 'a@b.example' }, {}, '7'],
    [{ name: 'x'.repeat(1025) }, {}, null],
    [{ nickname: 'ada' }, {}, null],
    [{}, { name: 'Ada' }, 'Ada'],
    [undefined, { name: 'Ada', email: 'a@b.example' }, 'Ada'],
    [undefined, { email: 'a@b.example' }, 'a@b.example'],
    [undefined, {}, null],
    [undefined, {}, null, false],
  ])('of the user info %j and the ID token %j is %s', async (userInfo, claims, name, userinfo) => {
    expect(await named(userInfo, claims, userinfo)).toBe(name)
  })

  it.each<[string, () => Response]>([
    ['503', () => new Response('', { status: 503 })],
    ['403', () => Response.json({ sub: 'user-1001', name: 'Eve' }, { status: 403 })],
    ['a signed one', () => new Response('eyJhbGciOiJSUzI1NiJ9.e30.AA')],
    ['a redirect', () => new Response(null, { status: 302 })],
    ['a list', () => Response.json([{ sub: 'user-1001', name: 'Eve' }])],
  ])('is absent when the user info cannot be read: %s', async (_name, make) => {
    const server = emulated()
    server.answer(USERINFO, make)
    expect((await server.login()).grant.account).toEqual({ id: 'user-1001', name: null })
  })

  it.each(['another-subject', undefined, 1001])('ends the login of another subject: %s', async (sub) => {
    const server = emulated()
    server.editJson(USERINFO, () => ({ name: 'Ada', sub }))
    const error = await refusal(() => server.login())
    expect(error.code).toBe('provider_response_invalid')
    expect(error.cause).toMatchObject({ message: 'user info about another subject' })
    expect(server.grants()).toMatchObject([{ alive: false, liveAccessTokens: 0, liveRefreshTokens: 0 }])
  })
})
