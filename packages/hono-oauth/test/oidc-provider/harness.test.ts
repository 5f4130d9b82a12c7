// The server itself, asked by a client that is not ours: its switches do what their names say.
import * as oauth from 'oauth4webapi'
import { afterEach, describe, expect, it } from 'vitest'
import { generateClientKeys } from './keys.ts'
import { newHandle, openReference, type Reference } from './reference-client.ts'
import { API, CLIENT_ID, CLIENT_SECRET, type ServerOptions } from './server.ts'

let client: Reference
const open = async (...options: Parameters<typeof openReference>) => {
  client = await openReference(...options)
}
afterEach(async () => {
  await client.server.close()
  expect(client.server.failures).toEqual([])
})

/** The parameters that stand for a pushed request. */
const pushed = (request_uri: string) => new URLSearchParams({ client_id: CLIENT_ID, request_uri })
const login = async (more?: Record<string, string>) => client.visit(await client.parameters(more))
const DPOP = { client: { dpop_bound_access_tokens: true } } satisfies ServerOptions

describe('the metadata of the server', () => {
  it('names what the tests need', async () => {
    await open()
    const { metadata } = client
    expect(metadata).toMatchObject({
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256', 'PS256', 'ES256', 'EdDSA']),
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt', 'none']),
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']),
      revocation_endpoint: expect.any(String),
      pushed_authorization_request_endpoint: expect.any(String),
    })
    expect(metadata).not.toHaveProperty('introspection_endpoint')
  })
})

describe('a pushed authorization request', () => {
  const REQUIRED = { client: { require_pushed_authorization_requests: true } } satisfies ServerOptions

  it('is used once, in place of the parameters', async () => {
    await open(REQUIRED)
    const request_uri = await client.push(await client.parameters())
    expect(request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:/)
    const tokens = await client.exchange(await client.visit(pushed(request_uri)))
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'openid offline_access items:read' })
    expect(client.statuses).toEqual(['/request 201', '/token 200'])
    await expect(client.visit(pushed(request_uri))).rejects.toMatchObject({ error: 'invalid_request_uri' })
  })

  it('is the only way for a client that has to push', async () => {
    await open(REQUIRED)
    const refused = login()
    await expect(refused).rejects.toMatchObject({ error: 'invalid_request' })
  })

  it('is authenticated', async () => {
    await open({}, oauth.ClientSecretBasic('wrong'))
    const refused = client.push(await client.parameters())
    await expect(refused).rejects.toMatchObject({ status: 401 })
  })
})

describe('DPoP', () => {
  it('asks for a nonce at each endpoint, which serves for every other', async () => {
    await open({ ...DPOP, dpopNonces: true })
    const handle = await newHandle()
    const request_uri = await client.push(await client.parameters(), handle)
    const tokens = await client.exchange(await client.visit(pushed(request_uri)), handle)
    expect(tokens.token_type).toBe('dpop')
    expect((await client.userInfo(tokens, handle)).sub).toBe('ada')
    expect((await client.refresh(tokens, handle)).token_type).toBe('dpop')
    expect(client.statuses).toEqual(['/request 400', '/request 201', '/token 200', '/me 200', '/token 200'])
  })

  it.each<[string, readonly string[]]>([
    ['token', ['/token 400', '/token 200', '/me 200']],
    ['API', ['/token 400', '/token 200', '/me 401', '/me 200']],
  ])('asks a client without a nonce at the %s endpoint', async (endpoint, statuses) => {
    await open({ ...DPOP, dpopNonces: true })
    const keys = await oauth.generateKeyPair('ES256')
    const handle = await newHandle(keys)
    const tokens = await client.exchange(await login(), handle)
    // A second handle with the same key knows no nonce.
    const user = await client.userInfo(tokens, endpoint === 'API' ? await newHandle(keys) : handle)
    expect(user.sub).toBe('ada')
    expect(client.statuses).toEqual(statuses)
  })

  it('needs no nonce by default', async () => {
    await open(DPOP)
    const handle = await newHandle()
    const tokens = await client.exchange(await login(), handle)
    expect((await client.userInfo(tokens, handle)).sub).toBe('ada')
    expect(client.statuses).toEqual(['/token 200', '/me 200'])
  })

  it('binds an access token and a refresh token to the key', async () => {
    await open({ client: { ...DPOP.client, token_endpoint_auth_method: 'none' } }, oauth.None())
    const [handle, other] = [await newHandle(), await newHandle()]
    await expect(client.exchange(await login())).rejects.toMatchObject({ error: 'invalid_grant' })
    const tokens = await client.exchange(await login(), handle)
    await expect(client.userInfo(tokens)).rejects.toMatchObject({ status: 401 })
    await expect(client.userInfo(tokens, other)).rejects.toMatchObject({ status: 401 })
    await expect(client.refresh(tokens, other)).rejects.toMatchObject({ error: 'invalid_grant' })
    expect((await client.userInfo(tokens, handle)).sub).toBe('ada')
  })

  it('binds the code of a pushed request to the key of the push', async () => {
    await open(DPOP)
    const request_uri = await client.push(await client.parameters(), await newHandle())
    const refused = client.exchange(await client.visit(pushed(request_uri)), await newHandle())
    await expect(refused).rejects.toMatchObject({ error: 'invalid_grant' })
  })
})

describe('private_key_jwt', () => {
  it('authenticates the client at every endpoint, with the key that it registered', async () => {
    const { jwks, privateKey } = await generateClientKeys()
    const registration = { token_endpoint_auth_method: 'private_key_jwt', jwks } as const
    await open({ client: registration }, oauth.PrivateKeyJwt(privateKey))
    const request_uri = await client.push(await client.parameters())
    const callback = await client.visit(pushed(request_uri))
    const tokens = await client.exchange(callback)
    await client.refresh(tokens)
    expect(client.statuses).toEqual(['/request 201', '/token 200', '/token 200'])
  })

  it.each<[string, () => Promise<oauth.ClientAuth>]>([
    ['another key', async () => oauth.PrivateKeyJwt((await generateClientKeys()).privateKey)],
    ['a secret', async () => oauth.ClientSecretBasic(CLIENT_SECRET)],
    ['nothing', async () => oauth.None()],
  ])('refuses %s', async (_title, authentication) => {
    const { jwks } = await generateClientKeys()
    const registration = { token_endpoint_auth_method: 'private_key_jwt', jwks } as const
    await open({ client: registration }, await authentication())
    const refused = client.exchange(await login())
    await expect(refused).rejects.toMatchObject({ status: 401 })
  })
})

describe('a resource indicator', () => {
  it('gets a JWT for the API, and is refused when the server does not know it', async () => {
    await open()
    const callback = await login({ resource: API })
    const { access_token } = await client.exchange(callback, undefined, { resource: API })
    const { aud, scope } = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString())
    expect({ aud, scope }).toEqual({ aud: API, scope: 'items:read' })
    const unknown = login({ resource: 'https://unknown.example' })
    await expect(unknown).rejects.toMatchObject({ error: 'invalid_target' })
  })
})
