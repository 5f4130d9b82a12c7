import { constants, createHmac, createPublicKey, type JsonWebKey, verify } from 'node:crypto'
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
  const check = (token: string, key: JsonWebKey | undefined, options: object = {}) => {
    if (key === undefined) return false
    const [header, claims, signature = ''] = token.split('.')
    const publicKey = createPublicKey({ key, format: 'jwk' })
    const text = Buffer.from(`${header}.${claims}`)
    const bytes = Buffer.from(signature, 'base64url')
    return verify('SHA256', text, { key: publicKey, ...options }, bytes)
  }
  /** Decodes an ID token, and verifies its signature with the key of its `kid`. */
  const read = async (token: string) => {
    const [header, claims, signature = ''] = token.split('.')
    const key = (await keys()).find(({ kid }) => kid === decode(header)['kid'])
    const isSigned = check(token, key)
    return { header: decode(header), claims: decode(claims), signature, isSigned }
  }
  const idToken = async () => read((await started.tokens(OPENID)).id_token)
  return { ...started, keys, check, read, idToken }
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

  it('is issued only with openid, and has a nonce only if the request had one', async () => {
    const { tokens, read } = startOpenId()
    expect(await tokens()).not.toHaveProperty('id_token')
    const { id_token } = await tokens({ scope: 'openid' })
    expect((await read(id_token)).claims).not.toHaveProperty('nonce')
  })

  it('is issued with a refresh too, with the same auth_time', async () => {
    const { emulator, tokens, refresh, read } = startOpenId()
    const { refresh_token } = await tokens(OPENID)
    emulator.control.advance(600)
    const { claims, isSigned } = await read((await answerOf(await refresh(refresh_token))).id_token)
    expect(isSigned).toBe(true)
    expect(claims).toMatchObject({ sub: ADA, auth_time: NOW, iat: NOW + 600 })
    expect(claims).not.toHaveProperty('nonce')
  })

  it.each<[string, Record<string, unknown>]>([
    ['id-token-wrong-nonce', { nonce: expect.not.stringMatching(OPENID.nonce) }],
    ['id-token-wrong-aud', { aud: 'another-client' }],
    ['id-token-wrong-iss', { iss: 'https://issuer.example' }],
    ['id-token-wrong-sub', { sub: 'another-subject' }],
    ['id-token-wrong-azp', { azp: 'another-client' }],
    ['id-token-expired', { iat: NOW - 7200, exp: NOW - 3600 }],
    ['id-token-old', { iat: NOW - 3600, exp: NOW + 3600 }],
    ['id-token-early', { iat: NOW + 3600, exp: NOW + 7200 }],
    ...['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'].map((claim): [string, Record<string, unknown>] => [
      `id-token-without-${claim}`,
      { [claim]: undefined },
    ]),
    ['id-token-secondary-aud', { aud: [CLIENT.id, 'another-client'] }],
    ['id-token-secondary-aud-azp', { aud: [CLIENT.id, 'another-client'], azp: CLIENT.id }],
    ['id-token-aud-as-array', { aud: [CLIENT.id] }],
  ])('%s, with a valid signature', async (scenario, expected) => {
    const { emulator, idToken } = startOpenId()
    const { claims: usual } = await idToken()
    emulator.control.setScenario('oauth.example', scenario, 1)
    const { claims, isSigned } = await idToken()
    expect(claims).toEqual({ ...usual, ...expected, jti: expect.any(String) })
    for (const [name, value] of Object.entries(expected)) {
      expect(name in claims).toBe(value !== undefined)
    }
    expect(isSigned).toBe(true)
    expect((await idToken()).claims).toEqual({ ...usual, jti: expect.any(String) })
  })

  it('id-token-missing', async () => {
    const { emulator, tokens } = startOpenId()
    emulator.control.setScenario('oauth.example', 'id-token-missing', 1)
    expect(await tokens(OPENID)).not.toHaveProperty('id_token')
    expect(await tokens(OPENID)).toHaveProperty('id_token')
  })

  it.each<[string, Record<string, unknown>]>([
    ['id-token-without-kid', { kid: undefined }],
    ['id-token-alg-null', { alg: null }],
    ['id-token-ps256', { alg: 'PS256' }],
  ])('%s, signed with the key in the key set', async (scenario, expected) => {
    const { emulator, tokens, keys, check } = startOpenId()
    emulator.control.setScenario('oauth.example', scenario)
    const { id_token } = await tokens(OPENID)
    const [key] = await keys()
    const header = decode(id_token.split('.')[0])
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: key?.kid, ...expected })
    const padding = constants.RSA_PKCS1_PSS_PADDING
    const pss = { padding, saltLength: 32 }
    expect(check(id_token, key, header['alg'] === 'PS256' ? pss : {})).toBe(true)
  })

  it.each<[string, string, object]>([
    ['id-token-unknown-kid', 'RSA', {}],
    ['id-token-es256', 'EC', { dsaEncoding: 'ieee-p1363' }],
  ])('%s, signed with a key that is not in the key set', async (scenario, kty, options) => {
    const { emulator, tokens, keys, check } = startOpenId()
    emulator.control.setScenario('oauth.example', scenario)
    const { id_token } = await tokens(OPENID)
    const { alg, kid } = decode(id_token.split('.')[0])
    const usual = (await keys()).map((key) => key.kid)
    expect(usual.includes(String(kid))).toBe(kty === 'EC')
    expect(alg).toBe(kty === 'EC' ? 'ES256' : 'RS256')
    emulator.control.setScenario('oauth.example', 'jwks-several-keys')
    const foreign = (await keys()).find((key) => key.kty === kty)
    expect(check(id_token, foreign, options)).toBe(true)
  })

  it('id-token-hs256, signed with the client secret', async () => {
    const { emulator, tokens, keys } = startOpenId()
    emulator.control.setScenario('oauth.example', 'id-token-hs256')
    const [header, claims, signature] = (await tokens(OPENID)).id_token.split('.')
    expect(decode(header)).toEqual({ alg: 'HS256', typ: 'JWT', kid: (await keys())[0]?.kid })
    const mac = createHmac('sha256', CLIENT.secret).update(`${header}.${claims}`)
    expect(signature).toBe(mac.digest('base64url'))
  })

  it('id-token-wrong-signature', async () => {
    const { emulator, idToken, keys } = startOpenId()
    emulator.control.setScenario('oauth.example', 'id-token-wrong-signature', 1)
    const { header, isSigned } = await idToken()
    expect(header).toMatchObject({ alg: 'RS256', kid: (await keys())[0]?.kid })
    expect(isSigned).toBe(false)
    expect((await idToken()).isSigned).toBe(true)
  })

  it('id-token-alg-none', async () => {
    const { emulator, idToken } = startOpenId()
    emulator.control.setScenario('oauth.example', 'id-token-alg-none', 1)
    const { header, signature } = await idToken()
    expect([header, signature]).toEqual([{ alg: 'none', typ: 'JWT' }, ''])
  })

  it('jwks-rotated happens once, and replaces the key', async () => {
    const { emulator, tokens, read, idToken, keys } = startOpenId()
    const { id_token: old } = await tokens(OPENID)
    const [before] = await keys()
    emulator.control.setScenario('oauth.example', 'jwks-rotated')
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
    'has the real endpoints in %s, also under a path prefix',
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

  it.each<[string, Record<string, unknown>]>([
    ['metadata-foreign-issuer', { issuer: 'https://issuer.example' }],
    ['metadata-http-endpoint', { token_endpoint: 'http://oauth.example/token' }],
    ['metadata-without-endpoint', { jwks_uri: undefined }],
    ['metadata-without-userinfo', { userinfo_endpoint: undefined }],
    ['metadata-plain-only', { code_challenge_methods_supported: ['plain'] }],
  ])('%s', async (scenario, expected) => {
    const { emulator, get } = startExample()
    const read = async () => (await get('/.well-known/openid-configuration')).json()
    const usual = (await read()) as object
    emulator.control.setScenario('oauth.example', scenario, 1)
    expect(await read()).toEqual({ ...usual, ...expected })
    expect(await read()).toEqual(usual)
  })

  it('announces no iss if it is switched off', async () => {
    const { get } = startExample({ issParameter: false })
    const response = await get('/.well-known/oauth-authorization-server')
    expect(await response.json()).toMatchObject({
      authorization_response_iss_parameter_supported: false,
    })
  })
})

describe('faults of metadata and key set', () => {
  it.each([
    ['metadata-503', '/.well-known/openid-configuration'],
    ['jwks-503', '/jwks'],
    ['userinfo-503', '/userinfo'],
  ])('%s', async (scenario, path) => {
    const { emulator, tokens, get } = startExample()
    const { access_token } = await tokens(OPENID)
    emulator.control.setScenario('oauth.example', scenario, 1)
    expect((await get(path, access_token)).status).toBe(503)
    expect((await get(path, access_token)).status).toBe(200)
  })

  it('jwks-several-keys, with the signing key last', async () => {
    const { emulator, keys } = startOpenId()
    const usual = await keys()
    emulator.control.setScenario('oauth.example', 'jwks-several-keys', 1)
    const several = await keys()
    expect(several.map(({ kty }) => kty)).toEqual(['RSA', 'EC', 'RSA'])
    expect(several.slice(2)).toEqual(usual)
    for (const key of several) expect(key).not.toHaveProperty('d')
  })

  it('jwks-huge', async () => {
    const { emulator, get } = startExample()
    emulator.control.setScenario('oauth.example', 'jwks-huge', 1)
    const reader = (await get('/jwks')).body?.getReader()
    let length = 0
    while (length < 1024 * 1024) {
      length += (await reader?.read())?.value?.byteLength ?? Number.POSITIVE_INFINITY
    }
    expect(length).toBeLessThan(Number.POSITIVE_INFINITY)
    await reader?.cancel()
  })
})
