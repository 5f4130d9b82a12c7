import { describe, expect, it } from 'vitest'
import type { WixOptions } from '../../src/index.ts'
import { START } from '../support.ts'
import { APP, credentials, decodePart, OTHER_APP, SITE, startWix, TOKEN } from './support.ts'

const expectError = async (response: Response, status: number, error: string) => {
  expect(await response.json()).toEqual({ error, error_description: expect.any(String) })
  expect(response.status).toBe(status)
}

const withInstance = (wix: WixOptions = {}) => {
  const started = startWix({ wix })
  return { ...started, instanceId: started.wix.install().instanceId }
}

describe('client credentials', () => {
  it('returns the three documented members', async () => {
    const { requestToken, instanceId } = withInstance()
    const response = await requestToken(instanceId)
    expect(response.status).toBe(200)
    expect(response.headers.get('x-wix-request-id')).toMatch(/^[0-9a-f]+$/)
    expect(await response.json()).toEqual({
      access_token: expect.stringMatching(/^OauthNG\.JWS(\.[\w-]+){3}$/),
      token_type: 'Bearer',
      expires_in: 14400,
    })
  })

  it('has its header at index 2 and its payload at index 3', async () => {
    const { accessToken, instanceId } = await startWix().token()
    expect(decodePart(accessToken, 2)).toMatchObject({ alg: 'HS256' })
    const { data, iat, exp } = decodePart(accessToken, 3)
    expect({ iat, exp }).toEqual({ iat: START / 1000, exp: START / 1000 + 14400 })
    expect(JSON.parse(String(data))).toMatchObject({ instance: { instanceId, metaSiteId: SITE } })
  })

  it('returns a new token each time', async () => {
    const started = startWix()
    const [first, second] = [await started.token(), await started.token()]
    expect(first.instanceId).toBe(second.instanceId)
    expect(first.accessToken).not.toBe(second.accessToken)
    expect((await started.getInstance(first.accessToken)).status).toBe(200)
  })

  it('returns a token for four hours', async () => {
    const { emulator, token, getInstance } = startWix()
    const { accessToken } = await token()
    emulator.control.advance(4 * 60 * 60 - 1)
    expect((await getInstance(accessToken)).status).toBe(200)
    emulator.control.advance(1)
    expect((await getInstance(accessToken)).status).toBe(401)
  })

  it.each([
    ['an unknown app', { client_id: 'unknown' }, 401, 'invalid_client'],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['no secret', { client_secret: undefined }, 401, 'invalid_client'],
    [
      'members in camelCase',
      { client_id: undefined, client_secret: undefined, clientId: APP.appId },
      401,
      'invalid_client',
    ],
    ['no grant_type', { grant_type: undefined }, 400, 'unsupported_grant_type'],
    ['another grant_type', { grant_type: 'refresh_token' }, 400, 'unsupported_grant_type'],
    ['no instance_id', { instance_id: undefined }, 400, 'invalid_grant'],
    ['an unknown instance', { instance_id: 'x' }, 400, 'invalid_grant'],
  ])('refuses %s', async (_name, members, status, error) => {
    const { requestToken, instanceId } = withInstance()
    await expectError(await requestToken(instanceId, members), status, error)
  })

  it('refuses the instance of another app', async () => {
    const { requestToken, instanceId } = withInstance({ apps: [APP, OTHER_APP] })
    const members = { client_id: OTHER_APP.appId, client_secret: OTHER_APP.secret }
    await expectError(await requestToken(instanceId, members), 400, 'invalid_grant')
  })

  it('refuses a removed app until it is installed again', async () => {
    const { requestToken, instanceId, wix } = withInstance()
    await wix.remove(instanceId)
    await expectError(await requestToken(instanceId), 400, 'invalid_grant')
    wix.reinstall(instanceId)
    expect((await requestToken(instanceId)).status).toBe(200)
  })

  it.each([
    ['malformed JSON', 'application/json', '{"client_id":'],
    ['another media type', 'text/plain', '{}'],
    ['a form', 'application/x-www-form-urlencoded', 'grant_type=client_credentials'],
  ])('refuses %s', async (_name, contentType, body) => {
    const headers = { 'Content-Type': contentType }
    const response = await startWix().request(TOKEN, { method: 'POST', headers, body })
    await expectError(response, 400, 'invalid_request')
  })
})

describe('options of the token endpoint', () => {
  it('accepts a form', async () => {
    const { request, instanceId } = withInstance({ formBodies: 'accepted' })
    const members = { ...credentials, grant_type: 'client_credentials', instance_id: instanceId }
    const response = await request(TOKEN, { method: 'POST', body: new URLSearchParams(members) })
    expect(response.status).toBe(200)
  })

  it('can have the error form of the other Wix APIs', async () => {
    const { requestToken } = withInstance({ tokenErrors: { shape: 'wix' } })
    const response = await requestToken('x')
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      message: expect.any(String),
      details: {
        applicationError: { code: 'INVALID_GRANT', description: expect.any(String), data: {} },
      },
    })
  })

  it('uses the configured status by cause', async () => {
    const tokenErrors = { request: 415, client: 403, grant: 404, removed: 410 }
    const { requestToken, instanceId, wix } = withInstance({ tokenErrors })
    expect((await requestToken(instanceId, { grant_type: 'x' })).status).toBe(415)
    expect((await requestToken(instanceId, { client_id: 'x' })).status).toBe(403)
    expect((await requestToken('x')).status).toBe(404)
    await wix.remove(instanceId)
    expect((await requestToken(instanceId)).status).toBe(410)
  })

  it('uses the configured lifetime', async () => {
    const { requestToken, instanceId } = withInstance({ accessTokenSeconds: 60 })
    expect(await (await requestToken(instanceId)).json()).toMatchObject({ expires_in: 60 })
  })
})
