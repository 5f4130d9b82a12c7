import { afterEach, describe, expect, it, vi } from 'vitest'
import { instanceVerifier } from '../../../src/providers/wix/signed-instance.ts'
import { APP_ID, APP_SECRET, base64Url, hmac, INSTANCE_ID, isoAt, NOW, signInstance, signText } from './support.ts'

const verify = (text: string, { maxAgeSeconds = 1200, now = NOW } = {}) =>
  instanceVerifier(APP_ID, APP_SECRET)(text, { maxAgeSeconds, now })
const [SIGNATURE = '', DATA = ''] = signInstance().split('.')
const USUAL = { instanceId: INSTANCE_ID, appDefId: APP_ID, signedAt: NOW, demoMode: false }

afterEach(() => void vi.restoreAllMocks())

describe('a signed instance', () => {
  it('is verified as Wix signs it', async () => {
    const data =
      'eyJpbnN0YW5jZUlkIjoiMDc4NjRjMTYtM2E2Zi00ZGQyLTk5NzMtMDI4NzA1NzYyYjJjIiwic2lnbkRhdGUiOiIyMDI2LTAxLTAxVDAwOjAwOjAwLjAwMFoifQ'
    const signature = 'BW7rfauxanaBYvCqFMB_AB-A0Xy5_nuJqWUSsskWHZk'
    const now = Date.parse('2026-01-01T00:10:00Z') / 1000
    const verifyInstance = instanceVerifier('any-app', 'wix_app_secret_example')
    const instance = await verifyInstance(`${signature}.${data}`, { maxAgeSeconds: 1200, now })
    expect(instance).toEqual({ instanceId: INSTANCE_ID, signedAt: now - 600, demoMode: false })
  })

  it('has the documented members and no other', async () => {
    const site = { siteOwnerId: 'owner', originInstanceId: 'origin', metaSiteId: 'site' }
    const members = { uid: 'user', permissions: 'OWNER', demoMode: true, vendorProductId: 'premium', ...site }
    expect(await verify(signInstance({ ...members, ipAndPort: '1.2.3.4/5' }))).toEqual({ ...USUAL, ...members })
  })

  // `aid` names an anonymous visitor, and `siteMemberId` a member of the site; null counts as absent.
  it('may have members of another type', async () => {
    for (const members of [
      { uid: '' },
      { uid: 7 },
      { permissions: ['OWNER'] },
      { demoMode: 'true' },
      { aid: null },
      { siteMemberId: null },
      { siteMemberId: '' },
    ])
      expect(await verify(signInstance(members)), JSON.stringify(members)).toEqual(USUAL)
  })
})

describe('a text that is no valid signed instance', () => {
  const edited = base64Url(JSON.stringify({ instanceId: 'evil', signDate: isoAt(NOW) }))
  const jwtHeader = base64Url('{"alg":"HS256"}')
  it.each<[string, string]>([
    ['nothing', ''],
    ['a dot', '.'],
    ['a plain instance id', INSTANCE_ID],
    ['the signature alone', `${SIGNATURE}.`],
    ['the data without a signature', `.${DATA}`],
    ['another payload', `${SIGNATURE}.${edited}`],
    ['a byte of the data changed', `${SIGNATURE}.${DATA.slice(0, -1)}A`],
    ['the halves swapped', `${DATA}.${SIGNATURE}`],
    ['padding behind the signature', `${SIGNATURE}=.${DATA}`],
    ['padding behind the data', `${SIGNATURE}.${DATA}==`],
    ['spaces around', ` ${SIGNATURE}.${DATA} `],
    ['a signature in hex', `${Buffer.from(SIGNATURE, 'base64url').toString('hex')}.${DATA}`],
    ['a third part', `${SIGNATURE}.${DATA}.${SIGNATURE}`],
    ['an empty third part', `${SIGNATURE}.${DATA}.`],
    ['a JWT', `${jwtHeader}.${DATA}.${hmac(APP_SECRET, `${jwtHeader}.${DATA}`)}`],
    ['the JSON signed', `${hmac(APP_SECRET, Buffer.from(DATA, 'base64url').toString())}.${DATA}`],
    ['another secret', signInstance({}, 'other')],
    ['characters that are no base64', `${SIGNATURE}.!!!`],
    ['an object without an instance', signText('{}')],
    ['a list', signText(`[{"instanceId":"${INSTANCE_ID}"}]`)],
    ['half an object', signText('{')],
    ['nested lists', signText('['.repeat(1000))],
    ['an inherited instance', signText(`{"__proto__":{"instanceId":"${INSTANCE_ID}","signDate":"${isoAt(NOW)}"}}`)],
  ])('is refused: %s', async (_name, text) => {
    expect(await verify(text)).toBeUndefined()
  })

  it.each([
    ...[undefined, '', 1, [INSTANCE_ID]].map((instanceId) => ({ instanceId })),
    ...['visitor', '', false].map((aid) => ({ aid })),
    ...['member', 7, false].map((siteMemberId) => ({ siteMemberId, permissions: 'OWNER' })),
    ...[undefined, '', NOW * 1000, String(NOW), '2026-13-45T00:00:00Z'].map((signDate) => ({ signDate })),
    ...['app-2', APP_ID.toUpperCase()].map((appDefId) => ({ appDefId })),
  ])('is refused although it is signed: %j', async (payload) => {
    expect(await verify(signInstance(payload))).toBeUndefined()
  })

  it('is refused with any other last character of the signature', async () => {
    const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/']
      .map((character) => `${SIGNATURE.slice(0, -1)}${character}`)
      .filter((signature) => signature !== SIGNATURE)
    for (const signature of others) expect(await verify(`${signature}.${DATA}`)).toBeUndefined()
  })

  it('is refused in the other alphabet of base64', async () => {
    const texts = Array.from({ length: 20 }, (_, uid) => signInstance({ uid: String(uid) }))
    const signed = texts.find((text) => /^[^.]*[-_]/.test(text)) ?? ''
    expect(await verify(signed)).toBeDefined()
    expect(await verify(signed.replaceAll('-', '+').replaceAll('_', '/'))).toBeUndefined()
  })
})

it.each([
  [1200, 1200, true],
  [1200, 1200.001, false],
  [1200, -60, true],
  [1200, -60.001, false],
  [0, 0, true],
  [0, 1, false],
  [Number.NaN, 86_400, false],
])('a signed instance with a limit of %d seconds may be %d old: %s', async (maxAgeSeconds, age, isValid) => {
  expect((await verify(signInstance(), { maxAgeSeconds, now: NOW + age })) !== undefined).toBe(isValid)
})

it('the key of signed instances is imported once', async () => {
  const verifyInstance = instanceVerifier(APP_ID, APP_SECRET)
  const requirements = { maxAgeSeconds: 1200, now: NOW }
  await verifyInstance(signInstance(), requirements)
  const importKey = vi.spyOn(crypto.subtle, 'importKey')
  expect(await verifyInstance(signInstance({ uid: 'u' }), requirements)).toBeDefined()
  expect(importKey).not.toHaveBeenCalled()
})
