import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { callbackOf, type Json, startClient } from './client.ts'
import { appleKey, appleSecret } from './facts-second-wave.ts'

const TENANT = '11111111-aaaa-4000-8000-000000000001'

const decode = (part = ''): Json => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json

/** Logs in with a nonce; returns the claims of the ID token, whose signature is checked with the key set. */
async function idTokenOf(client: ReturnType<typeof startClient>, discovery: string) {
  const metadata = (await (await client.request(discovery)).json()) as Record<string, string>
  const { keys } = (await (await client.request(metadata['jwks_uri'] ?? '')).json()) as { keys: JsonWebKey[] }
  const { answer } = await client.login({ nonce: 'n-0S6_WzA2Mj' })
  const [header, payload, signature = ''] = String(answer['id_token']).split('.')
  const { kid } = decode(header)
  const key = keys.find((candidate) => candidate['kid'] === kid)
  const publicKey = createPublicKey({ key: key ?? {}, format: 'jwk' })
  const isValid = verify('sha256', Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'))
  expect(isValid).toBe(true)
  return { metadata, claims: decode(payload), answer }
}

describe('OpenID Connect', () => {
  it.each([
    ['google', 'https://accounts.google.com', { sub: '110169484474386276334', name: 'Ada Lovelace' }],
    ['xero', 'https://identity.xero.com', { sub: 'a3a4dbaf-0000-4000-8000-000000000001' }],
    ['cloudflare', 'https://dash.cloudflare.com', { sub: '7c5dae5552338874e5053f2534d2767a' }],
    ['apple', 'https://appleid.apple.com', { email: 'ada@example.com' }],
    ['linkedin', 'https://www.linkedin.com/oauth', { sub: '782bbtaQ' }],
  ] as const)('%s signs an ID token', async (name, issuer, members) => {
    const client = startClient(name)
    const { metadata, claims } = await idTokenOf(client, `${issuer}/.well-known/openid-configuration`)
    const { authorize, token } = client.facts
    expect(metadata).toMatchObject({ issuer, authorization_endpoint: authorize, token_endpoint: token })
    expect(metadata['userinfo_endpoint']).toBe(client.facts.account?.url)
    expect(claims).toMatchObject({ iss: issuer, aud: `${name}-client-id`, iat: 1717243200, ...members })
    expect(claims['nonce']).toBe(name === 'linkedin' ? undefined : 'n-0S6_WzA2Mj')
  })

  it.each([
    ['common', 'https://login.microsoftonline.com/{tenantid}/v2.0'],
    [TENANT, `https://login.microsoftonline.com/${TENANT}/v2.0`],
  ])('microsoft has an issuer for each tenant: %s', async (tenant, issuer) => {
    const client = startClient('microsoft')
    const address = `https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration`
    const { metadata, claims } = await idTokenOf(client, address)
    expect(metadata['issuer']).toBe(issuer)
    expect(metadata['authorization_endpoint']).toContain(`/${tenant}/`)
    expect(claims).toMatchObject({
      iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      tid: TENANT,
      oid: '6f1f5a30-0000-4000-8000-000000000001',
    })
  })

  it('leaves the nonce out at a refresh', async () => {
    const { login, refresh } = startClient('google')
    const { answer } = await refresh(await login({ nonce: 'n' }))
    expect(decode(String(answer['id_token']).split('.')[1])).not.toHaveProperty('nonce')
  })

  it('gives cloudflare a userinfo with sub alone', async () => {
    const { login, account } = startClient('cloudflare')
    expect(await (await account(await login())).json()).toEqual({ sub: '7c5dae5552338874e5053f2534d2767a' })
  })
})

it('only some providers post the callback', async () => {
  const statusOf = async (name: 'microsoft' | 'google') =>
    (await startClient(name).authorize({ response_mode: 'form_post' })).status
  expect([await statusOf('microsoft'), await statusOf('google')]).toEqual([200, 302])
})

describe('apple', () => {
  it('posts the callback, with the name at the first consent only', async () => {
    const { authorize, exchange, request } = startClient('apple')
    const response = await authorize()
    expect(response.headers.get('Content-Security-Policy')).toMatch(/script-src 'nonce-/)
    const callback = await callbackOf(response)
    const name = { firstName: 'Ada', lastName: 'Lovelace' }
    expect(JSON.parse(callback['user'] ?? '')).toEqual({ name, email: 'ada@example.com' })
    await exchange(callback)
    expect(await callbackOf(await authorize())).not.toHaveProperty('user')
    expect((await request('https://appleid.apple.com/userinfo')).status).toBe(404)
  })

  it('answers by query without the scopes name and email', async () => {
    const { authorize } = startClient('apple')
    const response = await authorize({ scope: undefined, response_mode: undefined })
    expect(response.status).toBe(302)
  })

  it.each([
    [{ iss: undefined }, {}],
    [{ sub: 'another' }, {}],
    [{ aud: 'https://apple.example' }, {}],
    [{ exp: 1717243200 }, {}],
    [{ exp: 1717243200 + 15_777_001 }, {}],
    [{}, { alg: 'HS256' }],
    [{}, { kid: undefined }],
  ])('refuses a client secret with the claims %j and the header %j', async (claims, header) => {
    const { authorize, exchange } = startClient('apple')
    const callback = await callbackOf(await authorize())
    expect(await (await exchange(callback, {}, appleSecret(claims, header))).json()).toEqual({
      error: 'invalid_client',
    })
  })

  it('checks the signature with the public key of the options', async () => {
    const { authorize, exchange } = startClient('apple', { personalities: { apple: { publicKey: appleKey } } })
    const callback = await callbackOf(await authorize())
    const [header, payload] = appleSecret().split('.')
    const forged = `${header}.${payload}.${appleSecret({ iss: 'OTHER' }).split('.')[2]}`
    expect((await exchange(callback, {}, forged)).status).toBe(400)
    expect((await exchange(callback)).status).toBe(200)
  })
})

describe('faults of OpenID Connect', () => {
  const HOST = 'https://accounts.google.com'

  it('breaks the ID token', async () => {
    const { login, fault } = startClient('google')
    const claims = async () => {
      const { id_token } = (await login({ nonce: 'n' })).answer
      return id_token === undefined ? undefined : decode(String(id_token).split('.')[1])
    }
    fault('id-token-missing', 1)
    expect(await claims()).toBeUndefined()
    fault('id-token-wrong-nonce', 1)
    expect((await claims())?.['nonce']).not.toBe('n')
    fault('id-token-wrong-iss', 1)
    expect(await claims()).toMatchObject({ iss: 'https://issuer.example', nonce: 'n' })
    expect(await claims()).toMatchObject({ iss: HOST, nonce: 'n' })
  })

  it('breaks the metadata and the key set', async () => {
    const { request, fault, login } = startClient('google')
    const metadata = async () => (await request(`${HOST}/.well-known/openid-configuration`)).json()
    const usual = (await metadata()) as Record<string, string>
    fault('metadata-foreign-issuer', 1)
    expect(await metadata()).toEqual({ ...usual, issuer: 'https://issuer.example' })
    fault('metadata-503', 1)
    expect((await request(`${HOST}/.well-known/openid-configuration`)).status).toBe(503)
    const keys = async () => (await request(usual['jwks_uri'] ?? '')).json()
    const before = await keys()
    fault('jwks-rotated')
    expect(await keys()).toEqual(before)
    await login()
    expect(await keys()).not.toEqual(before)
    fault('jwks-503', 1)
    expect((await request(usual['jwks_uri'] ?? '')).status).toBe(503)
  })
})
