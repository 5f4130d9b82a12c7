import { afterEach, describe, expect, it, vi } from 'vitest'
import { instanceVerifier } from '../../../src/providers/wix/signed-instance.ts'
import {
  APP_ID,
  APP_SECRET,
  base64Url,
  hmac,
  INSTANCE_ID,
  NOW,
  signInstance,
  signText,
} from './support.ts'

const verify = (text: string, { maxAgeSeconds = 1200, now = NOW } = {}) =>
  instanceVerifier(APP_ID, APP_SECRET)(text, { maxAgeSeconds, now })
const [SIGNATURE = '', DATA = ''] = signInstance().split('.')
const isoAt = (seconds: number) => new Date(seconds * 1000).toISOString()

afterEach(() => void vi.restoreAllMocks())

describe('a signed instance', () => {
  it('is verified as Wix signs it', async () => {
    const data =
      'eyJpbnN0YW5jZUlkIjoiMDc4NjRjMTYtM2E2Zi00ZGQyLTk5NzMtMDI4NzA1NzYyYjJjIiwic2lnbkRhdGUiOiIyMDI2LTAxLTAxVDAwOjAwOjAwLjAwMFoifQ'
    const signature = 'BW7rfauxanaBYvCqFMB_AB-A0Xy5_nuJqWUSsskWHZk'
    const now = Date.parse('2026-01-01T00:10:00Z') / 1000
    const verifyInstance = instanceVerifier('any-app', 'wix_app_secret_example')
    const requirements = { maxAgeSeconds: 1200, now }
    expect(await verifyInstance(`${signature}.${data}`, requirements)).toEqual({
      instanceId: INSTANCE_ID,
      signedAt: now - 600,
      demoMode: false,
    })
  })

  it('tells what Wix says and no more', async () => {
    const members = {
      uid: 'user',
      permissions: 'OWNER',
      demoMode: true,
      siteOwnerId: 'owner',
      siteMemberId: 'member',
      vendorProductId: 'premium',
      originInstanceId: 'origin',
      metaSiteId: 'site',
    }
    const instance = await verify(signInstance({ ...members, ipAndPort: '1.2.3.4/5' }))
    expect(instance).toEqual({
      instanceId: INSTANCE_ID,
      appDefId: APP_ID,
      signedAt: NOW,
      ...members,
    })
  })

  it.each([
    { uid: null },
    { uid: '' },
    { uid: 7 },
    { permissions: ['OWNER'] },
    { demoMode: 'true' },
  ])('has no member that is no text: %j', async (members) => {
    expect(await verify(signInstance(members))).toEqual({
      instanceId: INSTANCE_ID,
      appDefId: APP_ID,
      signedAt: NOW,
      demoMode: false,
    })
  })

  it('need not name its app', async () => {
    expect((await verify(signInstance({ appDefId: undefined })))?.instanceId).toBe(INSTANCE_ID)
  })

  // `aid` names an anonymous visitor; a member that is null is one that is not there.
  it('may say that it has no visitor', async () => {
    expect((await verify(signInstance({ aid: null })))?.instanceId).toBe(INSTANCE_ID)
  })
})

const edited = base64Url(JSON.stringify({ instanceId: 'evil', signDate: isoAt(NOW) }))
const jwtHeader = base64Url('{"alg":"HS256"}')

describe('what is no signed instance', () => {
  it.each<[string, string]>([
    ['nothing', ''],
    ['a dot', '.'],
    ['dots', '...'],
    ['a plain instance id', INSTANCE_ID],
    ['the signature alone', SIGNATURE],
    ['the signature and nothing', `${SIGNATURE}.`],
    ['the data alone', DATA],
    ['the data without a signature', `.${DATA}`],
    ['another payload', `${SIGNATURE}.${edited}`],
    ['a byte of the data changed', `${SIGNATURE}.${DATA.slice(0, -1)}A`],
    [
      'a byte of the signature changed',
      `${SIGNATURE.replace(/./, (c) => (c === 'A' ? 'B' : 'A'))}.${DATA}`,
    ],
    ['half a signature', `${SIGNATURE.slice(0, 22)}.${DATA}`],
    ['a signature and more', `${SIGNATURE}AAAA.${DATA}`],
    ['the halves swapped', `${DATA}.${SIGNATURE}`],
    ['padding behind the signature', `${SIGNATURE}=.${DATA}`],
    ['padding behind the data', `${SIGNATURE}.${DATA}==`],
    ['spaces around', ` ${SIGNATURE}.${DATA} `],
    ['a line end', `${SIGNATURE}.${DATA}\n`],
    ['a space in the signature', `${SIGNATURE.slice(0, 9)} ${SIGNATURE.slice(9)}.${DATA}`],
    ['a signature in hex', `${Buffer.from(SIGNATURE, 'base64url').toString('hex')}.${DATA}`],
    ['a third part', `${SIGNATURE}.${DATA}.${SIGNATURE}`],
    ['an empty third part', `${SIGNATURE}.${DATA}.`],
    ['a JWT', `${jwtHeader}.${DATA}.${hmac(APP_SECRET, `${jwtHeader}.${DATA}`)}`],
    [
      'a signature of the JSON',
      `${hmac(APP_SECRET, Buffer.from(DATA, 'base64url').toString())}.${DATA}`,
    ],
    ['another secret', signInstance({}, 'other')],
    ['the secret in another case', signInstance({}, APP_SECRET.toUpperCase())],
    ['characters that are no base64', `${SIGNATURE}.!!!`],
    ['unicode', `é.🙂`],
  ])('is refused: %s', async (_name, text) => {
    expect(await verify(text)).toBeUndefined()
  })

  it('is refused for each other way to write the last character', async () => {
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

describe('an instance that is signed and yet not believed', () => {
  it.each<[string, object]>([
    ['no instance id', { instanceId: undefined }],
    ['an empty instance id', { instanceId: '' }],
    ['null for an instance id', { instanceId: null }],
    ['a number for an instance id', { instanceId: 1 }],
    ['a list for an instance id', { instanceId: [INSTANCE_ID] }],
    ['an anonymous visitor', { aid: 'visitor' }],
    ['an anonymous visitor without a name', { aid: '' }],
    ['an anonymous visitor, and a user', { aid: 'visitor', uid: 'user', permissions: 'OWNER' }],
    ['a visitor who is false', { aid: false }],
    ['a visitor who is zero', { aid: 0 }],
    ['no date', { signDate: undefined }],
    ['an empty date', { signDate: '' }],
    ['null for a date', { signDate: null }],
    ['a number for a date', { signDate: NOW * 1000 }],
    ['seconds for a date', { signDate: String(NOW) }],
    ['words for a date', { signDate: 'now' }],
    ['a day that is none', { signDate: '2026-13-45T00:00:00Z' }],
    ['another app', { appDefId: 'app-2' }],
    ['another app in capitals', { appDefId: APP_ID.toUpperCase() }],
  ])('has %s', async (_name, payload) => {
    expect(await verify(signInstance(payload))).toBeUndefined()
  })

  it.each([
    '',
    'null',
    '[]',
    '"text"',
    '7',
    '{',
    '<html>',
    `[{"instanceId":"${INSTANCE_ID}"}]`,
    `{"__proto__":{"instanceId":"${INSTANCE_ID}","signDate":"${isoAt(NOW)}"}}`,
    `${'['.repeat(10_000)}`,
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  ])('is %#: no object with an instance', async (text) => {
    expect(await verify(signText(text))).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

describe('the age of a signed instance', () => {
  it.each([
    [1200, 0, true],
    [1200, 1200, true],
    [1200, 1200.001, false],
    [1200, 86_400, false],
    [1200, -60, true],
    [1200, -60.001, false],
    [1200, -86_400, false],
    [60, 60, true],
    [60, 61, false],
    [0, 0, true],
    [0, 1, false],
    [Number.NaN, 86_400, false],
  ])('with a limit of %d seconds may be %d: %s', async (maxAgeSeconds, age, isFine) => {
    const instance = await verify(signInstance(), { maxAgeSeconds, now: NOW + age })
    expect(instance !== undefined).toBe(isFine)
  })
})

describe('the key of signed instances', () => {
  it('is imported once', async () => {
    const verifyInstance = instanceVerifier(APP_ID, APP_SECRET)
    const requirements = { maxAgeSeconds: 1200, now: NOW }
    await verifyInstance(signInstance(), requirements)
    const importKey = vi.spyOn(crypto.subtle, 'importKey')
    expect(await verifyInstance(signInstance({ uid: 'u' }), requirements)).toBeDefined()
    expect(await verifyInstance(signInstance({}, 'other'), requirements)).toBeUndefined()
    expect(importKey).not.toHaveBeenCalled()
  })
})
