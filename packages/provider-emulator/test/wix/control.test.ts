import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signDataPart } from '../../src/wix/signed-instance.ts'
import { CONTROL, JSON_TYPE, START } from '../support.ts'
import { APP, decodePart, GUID, OTHER_APP, SECOND_SITE, SITE, startWix } from './support.ts'

const WIX = `${CONTROL}/wix`

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

describe('install over HTTP', () => {
  it('returns the App URL with a token, and the instance', async () => {
    const { request, post } = startWix()
    const first = (await (await request(`${WIX}/install`, { method: 'POST', headers: JSON_TYPE })).json()) as object
    expect(first).toEqual({
      location: expect.stringMatching(/^http:\/\/localhost:8787\/auth\/wix-legacy\/login\?token=\w+$/),
      instanceId: expect.stringMatching(GUID),
    })
    const body = { appId: APP.appId, siteId: SECOND_SITE }
    const second = (await (await post(`${WIX}/install`, body)).json()) as object
    const { instances } = (await (await request(`${WIX}/instances`)).json()) as {
      instances: unknown[]
    }
    expect(instances).toMatchObject([
      { siteId: SITE, installed: true },
      { siteId: SECOND_SITE, instanceId: (second as { instanceId: string }).instanceId },
    ])
  })

  it('returns no location for an app without an App URL', async () => {
    const { post } = startWix({ wix: { apps: [OTHER_APP] } })
    const response = await post(`${WIX}/install`, {})
    expect(await response.json()).toEqual({ instanceId: expect.stringMatching(GUID) })
  })

  it('lets access tokens expire, and no refresh tokens', async () => {
    const { post, token, getInstance } = startWix()
    const { accessToken } = await token()
    expect((await getInstance(accessToken)).status).toBe(200)
    expect(await (await post(`${WIX}/expire-access-tokens`, {})).json()).toEqual({ expired: 1 })
    expect((await getInstance(accessToken)).status).toBe(401)
  })

  it('removes, reinstalls and copies an app', async () => {
    const { post, wix } = startWix()
    const { instanceId } = wix.install()
    const removed = await post(`${WIX}/remove`, { instanceId })
    expect(await removed.json()).toEqual({ instanceId })
    expect(wix.instances()).toMatchObject([{ installed: false }])
    const again = await post(`${WIX}/reinstall`, { instanceId })
    expect(await again.json()).toEqual({ instanceId, location: expect.any(String) })
    expect(wix.instances()).toMatchObject([{ installed: true }])
    const copy = await post(`${WIX}/clone`, { instanceId })
    expect(await copy.json()).toMatchObject({
      instanceId: expect.stringMatching(GUID),
      originInstanceId: instanceId,
      installed: true,
      configured: false,
    })
    expect(wix.instances()).toHaveLength(2)
  })

  it.each([
    ['/install', { appId: 'unknown' }, 400],
    ['/install', { siteId: 'nowhere' }, 400],
    ['/install', { siteId: 5 }, 400],
    ['/install', { site: SITE }, 400],
    ['/remove', {}, 400],
    ['/remove', { instanceId: 'x' }, 404],
    ['/reinstall', { instanceId: 'x' }, 404],
    ['/clone', { instanceId: 'x' }, 404],
  ])('%s refuses %j', async (path, body, status) => {
    const response = await startWix().post(`${WIX}${path}`, body)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ error: expect.any(String) })
  })

  it('removes everything at a reset, except its keys', async () => {
    const started = startWix()
    const { accessToken, instanceId } = await started.token()
    const { code } = await started.code()
    const { location = '' } = started.wix.install()
    const key = await started.wix.publicKey()
    started.emulator.control.reset()
    expect(started.wix.instances()).toEqual([])
    expect((await started.getInstance(accessToken)).status).toBe(401)
    expect((await started.requestToken(instanceId)).status).toBe(400)
    expect((await started.exchange(code)).status).toBe(400)
    const token = new URL(location).searchParams.get('token') ?? ''
    expect((await started.openPermission({ token })).status).toBe(400)
    expect(await started.wix.publicKey()).toBe(key)
  })
})

describe('instance parameter', () => {
  it('is signed like the parameter of an iframe', async () => {
    const { request, wix } = startWix()
    const { instanceId } = wix.install()
    const query = new URLSearchParams({ instanceId, signDate: '2024-05-01T00:00:00Z' })
    const response = await request(`${WIX}/instance-parameter?${query}`)
    const { instance } = (await response.json()) as { instance: string }
    const [signature, dataPart = ''] = instance.split('.')
    const hmac = createHmac('sha256', APP.secret).update(dataPart)
    expect(signature).toBe(hmac.digest('base64url'))
    expect(decodePart(instance, 1)).toMatchObject({
      instanceId,
      signDate: '2024-05-01T00:00:00.000Z',
    })
  })

  it('can be for an anonymous visitor', async () => {
    const { request, wix } = startWix()
    const { instanceId } = wix.install()
    const query = new URLSearchParams({ instanceId, aid: 'a-visitor' })
    const response = await request(`${WIX}/instance-parameter?${query}`)
    const payload = decodePart(((await response.json()) as { instance: string }).instance, 1)
    expect(payload).toMatchObject({
      aid: 'a-visitor',
      permissions: '',
      signDate: new Date(START).toISOString(),
    })
    expect(payload).not.toHaveProperty('uid')
  })

  it('refuses an unknown instance, no instance, and a wrong date', async () => {
    const { request, wix } = startWix()
    const { instanceId } = wix.install()
    const statusOf = async (query: string) => (await request(`${WIX}/instance-parameter${query}`)).status
    expect(await statusOf('')).toBe(400)
    expect(await statusOf('?instanceId=x')).toBe(404)
    expect(await statusOf(`?instanceId=${instanceId}&signDate=yesterday`)).toBe(400)
  })

  it('has the signature of a known test vector', async () => {
    const dataPart =
      'eyJpbnN0YW5jZUlkIjoiMDc4NjRjMTYtM2E2Zi00ZGQyLTk5NzMtMDI4NzA1NzYyYjJjIiwic2lnbkRhdGUiOiIy' +
      'MDI2LTAxLTAxVDAwOjAwOjAwLjAwMFoifQ'
    expect(await signDataPart('wix_app_secret_example', dataPart)).toBe('BW7rfauxanaBYvCqFMB_AB-A0Xy5_nuJqWUSsskWHZk')
  })
})

describe('public key', () => {
  it('is a PEM that stays the same, one for each app', async () => {
    const { request, wix } = startWix({ wix: { apps: [APP, OTHER_APP] } })
    const response = await request(`${WIX}/public-key`)
    expect(response.headers.get('Content-Type')).toContain('text/plain')
    const pem = await response.text()
    expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+\n-----END PUBLIC KEY-----\n$/)
    expect(createPublicKey(pem).asymmetricKeyDetails?.modulusLength).toBe(2048)
    expect(`${await wix.publicKey(APP.appId)}\n`).toBe(pem)
    const other = await (await request(`${WIX}/public-key?appId=${OTHER_APP.appId}`)).text()
    expect(other).not.toBe(pem)
    expect((await request(`${WIX}/public-key?appId=unknown`)).status).toBe(400)
  })

  it.each([
    ['with line breaks', privateKey],
    ['on one line', privateKey.replaceAll('\n', '\\n')],
  ])('belongs to the given private key, %s', async (_name, pem) => {
    const { wix } = startWix({ wix: { apps: [{ ...APP, privateKey: pem }] } })
    expect(await wix.publicKey()).toBe(publicKey.trim())
  })

  it('is refused for a wrong private key', async () => {
    const broken = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
    const { wix } = startWix({ wix: { apps: [{ ...APP, privateKey: broken }] } })
    await expect(wix.publicKey()).rejects.toThrow('"privateKey" is not an RSA private key')
  })
})

describe('configuration', () => {
  it.each([
    ['no app', { apps: [] }],
    ['no site', { sites: [] }],
    ['plain http', { apps: [{ ...APP, redirectUrls: ['http://app.example/'] }] }],
    ['a relative App URL', { apps: [{ ...APP, appUrl: '/login' }] }],
    ['a fragment', { apps: [{ ...APP, postInstallationUrls: ['https://a.example/#x'] }] }],
    ['PKCS #1', { apps: [{ ...APP, privateKey: '-----BEGIN RSA PRIVATE KEY-----' }] }],
  ])('refuses %s', (_name, wix) => {
    expect(() => startWix({ wix })).toThrow(/^"(apps|sites|redirectUrls|appUrl|postInstallationUrls|privateKey)"/)
  })
})

describe('request log', () => {
  it('masks tokens, secrets and the state inside a URL', async () => {
    const started = startWix()
    const { access_token, refresh_token } = await started.legacyTokens()
    await started.refresh(refresh_token)
    await started.tokenInfo(access_token)
    await started.request(`https://www.wix.com/installer/close-window?access_token=${access_token}`)
    const postInstallationUrl = 'https://app.example/cb?state=secret-state&a=b'
    await started.openInstaller({ postInstallationUrl })
    const log = started.emulator.control.requests()
    expect(log.at(-1)?.query).toEqual({
      appId: APP.appId,
      postInstallationUrl: 'https://app.example/cb?state=[masked]&a=b',
    })
    const text = JSON.stringify(log)
    for (const secret of [access_token, refresh_token, APP.secret, 'secret-state']) {
      expect(text).not.toContain(secret)
    }
  })
})
