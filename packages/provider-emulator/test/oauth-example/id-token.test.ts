import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { START } from '../support.ts'
import { ADA, answerOf, CLIENT, ISSUER, startExample } from './support.ts'

const OPENID = { scope: 'openid profile', nonce: 'n-0S6_WzA2Mj' }
const NOW = START / 1000

const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString())

function startOpenId() {
  const started = startExample()
  const keys = async () => {
    const response = await started.get('/jwks')
    return ((await response.json()) as { keys: (JsonWebKey & { kid: string })[] }).keys
  }
  /** An ID token taken apart, and whether its signature is that of the key it names. */
  const read = async (token: string) => {
    const [header, claims, signature = ''] = token.split('.')
    const key = (await keys()).find(({ kid }) => kid === decode(header)['kid'])
    const isSigned =
      key !== undefined &&
      verify(
        'RSA-SHA256',
        Buffer.from(`${header}.${claims}`),
        createPublicKey({ key, format: 'jwk' }),
        Buffer.from(signature, 'base64url'),
      )
    return { header: decode(header), claims: decode(claims), signature, isSigned }
  }
  const idToken = async () => read((await started.tokens(OPENID)).id_token)
  return { ...started, keys, read, idToken }
}

describe('ID token', () => {
  it('is signed with the key in the key set', async () => {
    const { emulator, idToken, keys } = startOpenId()
    const { header, claims, isSigned } = await idToken()
    const [key] = await keys()
    expect(key).toMatchObject({ kty: 'RSA', use: 'sig', alg: 'RS256' })
    expect(key).not.toHaveProperty('d')
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: key?.kid })
    expect(isSigned).toBe(true)
    expect(claims).toEqual({
      iss: ISSUER,
      sub: ADA,
      aud: CLIENT.id,
      iat: NOW,
      exp: NOW + 3600,
      auth_time: NOW,
      nonce: OPENID.nonce,
      jti: expect.any(String),
    })
    emulator.control.reset()
    expect(await keys()).toEqual([key])
  })

  it('comes only with openid, and with a nonce only when one was sent', async () => {
    const { tokens, read } = startOpenId()
    expect(await tokens()).not.toHaveProperty('id_token')
    const { id_token } = await tokens({ scope: 'openid' })
    expect((await read(id_token)).claims).not.toHaveProperty('nonce')
  })

  it('comes with a refresh as well, about the same sign-in', async () => {
    const { emulator, tokens, refresh, read } = startOpenId()
    const { refresh_token } = await tokens(OPENID)
    emulator.control.advance(600)
    const { claims, isSigned } = await read((await answerOf(await refresh(refresh_token))).id_token)
    expect(isSigned).toBe(true)
    expect(claims).toMatchObject({ sub: ADA, auth_time: NOW, iat: NOW + 600 })
    expect(claims).not.toHaveProperty('nonce')
  })

  it.each<[string, Record<string, unknown>]>([
    ['example-id-token-wrong-nonce', { nonce: expect.not.stringMatching(OPENID.nonce) }],
    ['example-id-token-wrong-aud', { aud: 'another-client' }],
    ['example-id-token-wrong-iss', { iss: 'https://issuer.example' }],
    ['example-id-token-expired', { iat: NOW - 7200, exp: NOW - 3600 }],
  ])('%s, well signed', async (scenario, expected) => {
    const { emulator, idToken } = startOpenId()
    emulator.control.setScenario(scenario, 1)
    const { claims, isSigned } = await idToken()
    expect(claims).toMatchObject({ sub: ADA, ...expected })
    expect(isSigned).toBe(true)
    expect((await idToken()).claims).toMatchObject({
      iss: ISSUER,
      nonce: OPENID.nonce,
      exp: NOW + 3600,
    })
  })

  it('example-id-token-wrong-signature', async () => {
    const { emulator, idToken, keys } = startOpenId()
    emulator.control.setScenario('example-id-token-wrong-signature', 1)
    const { header, isSigned } = await idToken()
    expect(header).toMatchObject({ alg: 'RS256', kid: (await keys())[0]?.kid })
    expect(isSigned).toBe(false)
    expect((await idToken()).isSigned).toBe(true)
  })

  it('example-id-token-alg-none', async () => {
    const { emulator, idToken } = startOpenId()
    emulator.control.setScenario('example-id-token-alg-none', 1)
    const { header, signature } = await idToken()
    expect([header, signature]).toEqual([{ alg: 'none', typ: 'JWT' }, ''])
  })

  it('example-jwks-rotated happens once, and replaces the key', async () => {
    const { emulator, tokens, read, idToken, keys } = startOpenId()
    const { id_token: old } = await tokens(OPENID)
    const [before] = await keys()
    emulator.control.setScenario('example-jwks-rotated')
    expect(await keys()).toEqual([before])
    const { header, isSigned } = await idToken()
    const [after, ...others] = await keys()
    expect(isSigned).toBe(true)
    expect(header['kid']).toBe(after?.kid)
    expect(after?.kid).not.toBe(before?.kid)
    expect(others).toEqual([])
    expect((await read(old)).isSigned).toBe(false)
    expect((await idToken()).header['kid']).toBe(after?.kid)
  })
})

describe('metadata', () => {
  it.each(['oauth-authorization-server', 'openid-configuration'])(
    'names the real endpoints in %s, whichever way the request came',
    async (name) => {
      const { request } = startExample()
      const direct = await (await request(`${ISSUER}/.well-known/${name}`)).json()
      expect(direct).toMatchObject({
        issuer: ISSUER,
        authorization_endpoint: `${ISSUER}/authorize`,
        token_endpoint: `${ISSUER}/token`,
        revocation_endpoint: `${ISSUER}/revoke`,
        introspection_endpoint: `${ISSUER}/introspect`,
        userinfo_endpoint: `${ISSUER}/userinfo`,
        jwks_uri: `${ISSUER}/jwks`,
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
      })
      const prefixed = `http://localhost:9000/oauth.example/.well-known/${name}`
      expect(await (await request(prefixed)).json()).toEqual(direct)
    },
  )

  it('says when iss is switched off', async () => {
    const { get } = startExample({ issParameter: false })
    const response = await get('/.well-known/oauth-authorization-server')
    expect(await response.json()).toMatchObject({
      authorization_response_iss_parameter_supported: false,
    })
  })
})
