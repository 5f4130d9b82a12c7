import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { refusal, shown } from '../../protocol/refusal.ts'
import { foreign, jwt, ours, pem, receiver } from './jwt.ts'
import { external } from './support.ts'

const PEM = pem(ours)
const pkcs1 = ({ publicKey }: typeof ours) => publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const privateOf = (type: 'pkcs1' | 'pkcs8') => ours.privateKey.export({ type, format: 'pem' }).toString()
const large = generateKeyPairSync('rsa', { modulusLength: 4096 })
const lines = (text: string) => text.trim().split('\n')
const inner = (text: string) => lines(text).slice(1, -1)

describe('a public key', () => {
  const FORMS: [string, (text: string) => string][] = [
    ['as it is', (text) => text],
    ['with the line ends of Windows', (text) => text.replaceAll('\n', '\r\n')],
    ['with escaped line ends', (text) => text.replaceAll('\n', '\\n')],
    ['with line ends that were escaped twice', (text) => text.replaceAll('\n', '\\\\r\\\\n')],
    ['on one line', (text) => text.replaceAll('\n', '')],
    ['indented', (text) => text.replaceAll('\n', '\n    ')],
    ['without markers', (text) => inner(text).join('\n')],
    ['without padding', (text) => inner(text).join('').replaceAll('=', '')],
    ['in double quotes', (text) => `"${text.trim()}"`],
    ['in quotes and escaped', (text) => `'${text.trim().replaceAll('\n', '\\n')}'`],
    ['in quotes with spaces around', (text) => ` \n "${text}" \n `],
    ['in base64', (text) => Buffer.from(text).toString('base64')],
    ['in base64 without padding', (text) => Buffer.from(text).toString('base64').replace(/=+$/, '')],
    ['in base64 that is broken into lines', (text) => Buffer.from(text).toString('base64').replace(/.{64}/g, '$&\n')],
    ['in base64 and escaped before', (text) => Buffer.from(text.replaceAll('\n', '\\n')).toString('base64')],
  ]

  describe.each([
    ['SPKI', PEM, ours],
    ['PKCS#1', pkcs1(ours), ours],
    ['SPKI of 4096 bits', pem(large), large],
    ['PKCS#1 of 4096 bits', pkcs1(large), large],
  ] as const)('in %s', (_kind, text, pair) => {
    it.each(FORMS)('is read %s', async (_name, form) => {
      const receive = receiver(form(text))
      expect((await receive(jwt(undefined, undefined, pair))).type).toBe('AppRemoved')
      const forged = jwt(undefined, undefined, pair === ours ? foreign : ours)
      expect((await refusal(() => receive(forged))).code).toBe('webhook_unverified')
    })
  })

  const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ed = generateKeyPairSync('ed25519')
  it.each([
    ['spaces', ' \n '],
    ['words', 'canary'],
    ['markers alone', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----'],
    ['markers around words', '-----BEGIN PUBLIC KEY-----\ncanary\n-----END PUBLIC KEY-----'],
    ['a key cut short', PEM.slice(0, 200)],
    ['a key with a quote within', PEM.replace(/\n(?=\w)/, '"')],
    ['a key with a quote before its end', PEM.replace(/\n(?=-----END)/, "'")],
    ['too short a key', pem(small)],
    ['too short a key in PKCS#1', pkcs1(small)],
    ['a line less', lines(PEM).toSpliced(3, 1).join('\n')],
    ['a private key', privateOf('pkcs8')],
    ['a private key in PKCS#1', privateOf('pkcs1')],
    ['an elliptic curve', pem(ec)],
    ['Ed25519', pem(ed)],
    ['a JWK', JSON.stringify(ours.publicKey.export({ format: 'jwk' }))],
    ['zeros', 'A'.repeat(392)],
    ['base64 of base64 of nothing', Buffer.from('-----BEGIN').toString('base64')],
  ])('is refused when it is %s', async (_name, text) => {
    const error = await refusal(() => receiver(text)(jwt()))
    const message = 'wix publicKey is not an RSA public key in PEM.'
    expect([error.code, error.message]).toEqual(['configuration_invalid', message])
    expect(shown(error)).not.toContain('canary')
    for (const line of inner(PEM)) expect(shown(error)).not.toContain(line)
  })

  it('is refused when one of two is invalid, every time', async () => {
    const receive = receiver([PEM, 'canary'])
    for (const body of [jwt(), 'nothing']) {
      expect((await refusal(() => receive(body))).code).toBe('configuration_invalid')
    }
  })

  it.each([undefined, []])('is required: %j', async (publicKey) => {
    const { webhooks } = external({ publicKey })
    const request = { headers: new Headers(), body: jwt(), nowMs: 0 }
    const error = await refusal(() => webhooks?.verify(request))
    expect([error.code, error.message]).toEqual(['configuration_invalid', 'wix publicKey is missing.'])
  })
})
