import { createHmac, createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DEFAULT_WIX_OWNER, type WixWebhookFault, type WixWebhookRequest } from '../../src/index.ts'
import { START } from '../support.ts'
import { APP, decodePart, SECOND_SITE, SITE, startWix } from './support.ts'

const NOW = START / 1000

const isSignedWith = (jwt: string, pem: string): boolean => {
  const [header, payload, signature = ''] = jwt.split('.')
  const input = Buffer.from(`${header}.${payload}`)
  return verify('RSA-SHA256', input, createPublicKey(pem), Buffer.from(signature, 'base64url'))
}

/** The claims of a webhook, with its three levels of JSON parsed. */
const readClaims = (jwt: string) => {
  const { data, ...times } = decodePart(jwt, 1)
  const content = JSON.parse(String(data)) as Record<string, unknown>
  return {
    ...times,
    content: {
      ...content,
      data: JSON.parse(String(content['data'])),
      identity: JSON.parse(String(content['identity'])),
    },
  }
}

async function build(request: Partial<WixWebhookRequest> = {}) {
  const started = startWix()
  const { instanceId } = started.wix.install()
  const message = await started.emulator.control.buildWebhook({
    provider: 'wix',
    event: 'AppRemoved',
    ...request,
  })
  const pem = await started.wix.publicKey()
  return { ...started, instanceId, message, jwt: message.body, pem }
}

describe('Wix webhook', () => {
  it('is a JWT, signed with the key of the app', async () => {
    const { message, jwt, pem, instanceId } = await build({ event: 'AppInstalled' })
    expect(message.headers).toEqual({ 'Content-Type': 'text/plain' })
    expect(jwt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(decodePart(jwt, 0)).toEqual({ alg: 'RS256', kid: expect.stringMatching(/^\w{16}$/) })
    expect(isSignedWith(jwt, pem)).toBe(true)
    expect(readClaims(jwt)).toEqual({
      iat: NOW,
      exp: NOW + 300_000,
      content: {
        eventType: 'AppInstalled',
        instanceId,
        data: { appId: APP.appId, originInstanceId: null },
        identity: { identityType: 'WIX_USER', wixUserId: DEFAULT_WIX_OWNER.id },
        accountInfo: { accountId: DEFAULT_WIX_OWNER.accountId, siteId: SITE },
      },
    })
  })

  it('has the app id of a removal, and removes nothing', async () => {
    const { jwt, wix } = await build()
    expect(readClaims(jwt).content).toMatchObject({
      eventType: 'AppRemoved',
      data: { appId: APP.appId },
    })
    expect(wix.instances()).toMatchObject([{ installed: true }])
  })

  it('is for the newest instance, or for the given one', async () => {
    const { emulator, wix } = startWix()
    const first = wix.install()
    const second = wix.install({ siteId: SECOND_SITE })
    const contentOf = async (request: Partial<WixWebhookRequest>) => {
      const webhook = { provider: 'wix', event: 'AppInstalled', ...request } as const
      return readClaims((await emulator.control.buildWebhook(webhook)).body).content
    }
    expect(await contentOf({})).toMatchObject({ instanceId: second.instanceId })
    expect(await contentOf({ instanceId: first.instanceId })).toMatchObject({
      instanceId: first.instanceId,
      accountInfo: { siteId: SITE },
    })
    const copy = wix.clone(first.instanceId)
    expect(await contentOf({ instanceId: copy.instanceId })).toMatchObject({
      data: { appId: APP.appId, originInstanceId: first.instanceId },
    })
  })

  it('has the times of the emulator clock', async () => {
    const { emulator, wix } = startWix()
    wix.install()
    emulator.control.advance(90)
    const webhook = { provider: 'wix', event: 'AppRemoved' } as const
    expect(readClaims((await emulator.control.buildWebhook(webhook)).body)).toMatchObject({
      iat: NOW + 90,
    })
  })

  it('has the configured Content-Type', async () => {
    const { emulator, wix } = startWix({ wix: { webhookContentType: 'application/jwt' } })
    wix.install()
    const webhook = { provider: 'wix', event: 'AppRemoved' } as const
    expect((await emulator.control.buildWebhook(webhook)).headers).toEqual({
      'Content-Type': 'application/jwt',
    })
  })

  it('signs other times, data, claims and header members', async () => {
    const { jwt, pem } = await build({
      iatOffsetSeconds: -3600,
      expOffsetSeconds: -300_000,
      data: { appId: 'another' },
      claims: { aud: 'another-audience' },
      header: { jku: 'https://evil.example/keys', typ: 'JWT' },
    })
    expect(isSignedWith(jwt, pem)).toBe(true)
    expect(decodePart(jwt, 0)).toMatchObject({ alg: 'RS256', jku: 'https://evil.example/keys' })
    expect(readClaims(jwt)).toMatchObject({
      iat: NOW - 3600,
      exp: NOW - 3600,
      aud: 'another-audience',
      content: { data: { appId: 'another' } },
    })
    const { jwt: other } = await build({ claims: { data: 5 } })
    expect(decodePart(other, 1)).toMatchObject({ data: 5 })
  })

  it.each([
    [{ event: 'AppExploded' }, 'There is no event "AppExploded"'],
    [{ fault: 'nonsense' as WixWebhookFault }, 'There is no fault "nonsense"'],
    [{ instanceId: 'nonsense' }, '"instanceId" is not the id of an instance'],
    [{ siteId: SITE } as object, 'Unknown member "siteId"'],
  ])('refuses %j', async (request, message) => {
    await expect(build(request)).rejects.toThrow(message)
  })

  it('is refused without an instance', async () => {
    const webhook = { provider: 'wix', event: 'AppRemoved' } as const
    await expect(startWix().emulator.control.buildWebhook(webhook)).rejects.toThrow('instanceId')
  })
})

describe('faulty Wix webhook', () => {
  it('alg-none has no signature', async () => {
    const { jwt } = await build({ fault: 'alg-none' })
    expect(decodePart(jwt, 0)).toEqual({ alg: 'none' })
    expect(jwt).toMatch(/^[\w-]+\.[\w-]+\.$/)
    const { jwt: mixed } = await build({ fault: 'alg-none', header: { alg: 'nOnE' } })
    expect(decodePart(mixed, 0)).toEqual({ alg: 'nOnE' })
  })

  it.each<[WixWebhookFault, (pem: string) => string]>([
    ['hs256-public-key', (pem) => pem],
    ['hs256-public-key-trimmed', (pem) => pem.split('\n').slice(1, -1).join('')],
    ['hs256-public-key-escaped', (pem) => pem.split('\n').join('\\n')],
  ])('%s', async (fault, secretOf) => {
    const { jwt, pem } = await build({ fault })
    const [header, payload, signature] = jwt.split('.')
    expect(decodePart(jwt, 0)).toMatchObject({ alg: 'HS256' })
    const hmac = createHmac('sha256', secretOf(pem)).update(`${header}.${payload}`)
    expect(signature).toBe(hmac.digest('base64url'))
  })

  it.each<WixWebhookFault>(['foreign-key', 'edited-payload'])('%s has an invalid signature', async (fault) => {
    const { jwt, pem } = await build({ fault })
    expect(decodePart(jwt, 0)).toMatchObject({ alg: 'RS256' })
    expect(isSignedWith(jwt, pem)).toBe(false)
  })

  it('foreign-key keeps the kid; edited-payload has another instance id', async () => {
    const ordinary = await build()
    const { emulator, pem } = ordinary
    const again = async (fault: WixWebhookFault) =>
      (await emulator.control.buildWebhook({ provider: 'wix', event: 'AppRemoved', fault })).body
    expect(decodePart(await again('foreign-key'), 0)).toEqual(decodePart(ordinary.jwt, 0))
    const edited = readClaims(await again('edited-payload'))
    expect(edited.content).toMatchObject({ eventType: 'AppRemoved' })
    expect(edited.content).not.toMatchObject({ instanceId: ordinary.instanceId })
    expect(isSignedWith(ordinary.jwt, pem)).toBe(true)
  })

  it('without-exp has a valid signature', async () => {
    const { jwt, pem } = await build({ fault: 'without-exp' })
    expect(isSignedWith(jwt, pem)).toBe(true)
    expect(Object.keys(decodePart(jwt, 1))).toEqual(['data', 'iat'])
  })
})

describe('removal with a webhook', () => {
  it('sends AppRemoved after the removal', async () => {
    const sent: { url: string; body: unknown; installed: boolean | undefined }[] = []
    const started = startWix({
      fetch: async (url, { body }) => {
        sent.push({ url, body, installed: started.wix.instances()[0]?.installed })
        return new Response()
      },
    })
    const { wix } = started
    const { instanceId } = wix.install()
    const notify = 'https://app.example/webhook'
    expect(await wix.remove(instanceId, { notify })).toEqual({
      instanceId,
      notified: { status: 200, delivered: true },
    })
    expect(sent).toMatchObject([{ url: notify, installed: false }])
    expect(isSignedWith(String(sent[0]?.body), await wix.publicKey())).toBe(true)
    expect(readClaims(String(sent[0]?.body)).content).toMatchObject({
      eventType: 'AppRemoved',
      instanceId,
    })
  })

  it('removes nothing when it refuses the target', async () => {
    const { wix } = startWix()
    const { instanceId } = wix.install()
    const removal = wix.remove(instanceId, { notify: 'http://app.example/' })
    await expect(removal).rejects.toThrow('"target" must be an https URL')
    expect(wix.instances()).toMatchObject([{ installed: true }])
  })
})
