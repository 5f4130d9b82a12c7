import { describe, expect, it } from 'vitest'
import type { OAuth2Options } from '../../../src/providers/oauth2/index.ts'
import { json, linesOf, NO_REQUEST, over } from '../../protocol/fake-fetch.ts'
import { codeOf, shown } from '../../protocol/refusal.ts'
import * as support from './support.ts'

const { CODE, callback, LOGIN, provider, REDIRECT_URI, REFRESH, STATE, TOKEN, tokenAnswer, VERIFIER } = support
const REQUEST = { state: STATE, redirectUri: REDIRECT_URI, scopes: ['items:read', 'profile'] }

describe('the authorization request', () => {
  it('follows RFC 6749 and RFC 7636', async () => {
    expect((await provider().authorizationUrl({ ...REQUEST, codeVerifier: VERIFIER }, ...NO_REQUEST)).href).toBe(
      'https://login.example/authorize?response_type=code&client_id=client-id-1' +
        '&redirect_uri=https%3A%2F%2Fapp.example%2Fauth%2Fexample%2Fcallback' +
        `&state=canary-state&scope=items%3Aread%20profile&code_challenge=${support.CHALLENGE}` +
        '&code_challenge_method=S256',
    )
  })

  // `settings.test.ts` has the parameters of the protocol among the fixed ones.
  it('lets the login replace fixed parameters, and none of the protocol', async () => {
    const made = provider({
      authorizationEndpoint: 'https://login.example/authorize?tenant=acme',
      authorizationParams: { access_type: 'offline', prompt: 'consent' },
      scopeSeparator: ',',
    })
    const params = { client_id: 'evil', state: 'evil', prompt: 'none', login_hint: 'ada@example.com' }
    const { searchParams } = await made.authorizationUrl({ ...REQUEST, params }, ...NO_REQUEST)
    expect([...searchParams].map(([name, value]) => `${name}=${value}`).sort()).toEqual([
      ...['access_type=offline', 'client_id=client-id-1', 'login_hint=ada@example.com', 'prompt=none'],
      ...[`redirect_uri=${REDIRECT_URI}`, 'response_type=code', 'scope=items:read,profile'],
      ...[`state=${STATE}`, 'tenant=acme'],
    ])
  })
})

/** A login whose token response has these members. */
const login = (members: object, request = callback(), options: Partial<OAuth2Options> = {}) =>
  over([json(tokenAnswer(members))], (backChannel) => provider(options).authorize(request, backChannel))

// `test/catalogue` and `test/protocol` have the logins that fail.
describe('the callback', () => {
  it('sends the code once, and returns tokens and grant', async () => {
    const { sent, work } = login({ scope: 'items:read' })
    const { tokens, grant } = await work()
    expect([tokens.accessToken.reveal(), tokens.refreshToken?.reveal()]).toEqual([TOKEN, REFRESH])
    expect(tokens.expiresInSeconds).toBe(3600)
    const account = { id: 'default', name: null }
    const rest = { account, revocable: true, details: {}, isAnonymous: true }
    expect(grant).toEqual({ id: 'default', scopes: ['items:read'], ...rest })
    expect(linesOf(sent)).toEqual([`POST ${LOGIN}/token`])
    const form = { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, code_verifier: VERIFIER }
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({ ...form, code: CODE })
    expect(shown({ tokens, grant })).not.toContain('canary')
  })

  it('sends no verifier without one, and cannot revoke without an endpoint', async () => {
    const request = callback({}, { codeVerifier: undefined })
    const { sent, work } = login({}, request, { pkce: false, revocationEndpoint: undefined })
    expect((await work()).grant.revocable).toBe(false)
    expect(new URLSearchParams(sent[0]?.body).has('code_verifier')).toBe(false)
  })

  it.each<[string | undefined, string[] | undefined, string[]]>([
    ['a b', ['x'], ['a', 'b']],
    ['a,b', ['x'], ['a', 'b']],
    ['', ['x'], []],
    [undefined, ['x', 'y'], ['x', 'y']],
    [undefined, [], []],
    [undefined, undefined, ['items:read', 'profile']],
  ])('reads the scope %j of a login for %j', async (scope, requested, scopes) => {
    const { grant } = await login({ scope }, callback({}, { scopes: requested })).work()
    expect(grant.scopes).toEqual(scopes)
  })
})

const ISSUER = 'https://login.example/tenant'

describe('the issuer of a callback', () => {
  it.each<[string, object, Record<string, string>, boolean]>([
    ['any, where none is configured', {}, { iss: 'https://elsewhere.example' }, true],
    ['missing', { issuer: ISSUER }, {}, true],
    ['the configured one', { issuer: ISSUER, issParameter: true }, { iss: ISSUER }, true],
    ['the origin of the endpoint by default', { issParameter: true }, { iss: LOGIN }, true],
    ['another', { issuer: ISSUER }, { iss: LOGIN }, false],
    ['nearly the same', { issuer: ISSUER }, { iss: `${ISSUER}/` }, false],
    ['missing, and required', { issuer: ISSUER, issParameter: true }, {}, false],
    ['missing, and required by default', { issParameter: true }, {}, false],
    ['not the origin of the endpoint', { issParameter: true }, { iss: ISSUER }, false],
    ['another, with a denial', { issuer: ISSUER }, { iss: LOGIN, error: 'access_denied' }, false],
  ])('is judged before the code is sent when it is %s', async (_name, options, query, isValid) => {
    const { sent, work } = login({}, callback(query), options)
    const outcome = isValid ? await work().then(() => 'accepted') : await codeOf(work)
    expect([outcome, sent.length]).toEqual(isValid ? ['accepted', 1] : ['authorization_response_invalid', 0])
  })
})
