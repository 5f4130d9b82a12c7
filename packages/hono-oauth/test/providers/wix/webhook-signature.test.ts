import { constants, createHmac, sign } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { refusal, shown } from '../../protocol/refusal.ts'
import { claims, envelope, foreign, HEADER, jwt, ours, pem, receiver, signedParts, signRaw } from './jwt.ts'
import { base64Url } from './support.ts'

const PEM = pem(ours)
const GENUINE = jwt()
const [HEAD = '', PAYLOAD = '', SIGNATURE = ''] = GENUINE.split('.')
async function expectUnverified(body: string, receive = receiver()) {
  const error = await refusal(() => receive(body))
  expect([error.code, error.status]).toEqual(['webhook_unverified', 401])
  expect(shown(error)).not.toContain(SIGNATURE)
}

const fetching = vi.fn(() => Promise.reject(new Error('no request may be sent')))
beforeEach(() => void vi.stubGlobal('fetch', fetching))
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  expect(fetching).not.toHaveBeenCalled()
})

describe('another algorithm', () => {
  // Row 193.
  it.each(['none', 'nOnE', '', undefined, null, ['none']])('is refused: %j', async (alg) => {
    const unsigned = signedParts({ ...HEADER, alg }, claims())
    const bodies = [`${unsigned}.`, unsigned, `${unsigned}.${SIGNATURE}`, signRaw(unsigned)]
    for (const body of bodies) await expectUnverified(body)
  })

  // Row 194.
  it.each<[string, string | Buffer]>([
    ['in PEM', PEM],
    ['trimmed', PEM.trim()],
    ['without markers', PEM.replaceAll(/-----[^-]+-----|\s/g, '')],
    ['as bytes', ours.publicKey.export({ type: 'spki', format: 'der' })],
    ['empty', ''],
  ])('is refused: HMAC with the public key %s', async (_name, secret) => {
    for (const bits of [256, 512]) {
      const unsigned = signedParts({ ...HEADER, alg: `HS${bits}` }, claims())
      const signature = createHmac(`sha${bits}`, secret).update(unsigned).digest('base64url')
      await expectUnverified(`${unsigned}.${signature}`)
    }
  })

  it.each(['rs256', 'RS256 ', 'RS384', 'PS256', 'ES256', ['RS256']])('is refused by name: %j', (alg) =>
    expectUnverified(jwt(claims(), { ...HEADER, alg })),
  )

  it.each([
    ['RS512', 'sha512', {}],
    ['PS256', 'sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
  ])('is refused with its own signature: %s', async (alg, hash, padding) => {
    const unsigned = signedParts({ ...HEADER, alg }, claims())
    const signature = sign(hash, Buffer.from(unsigned), { key: ours.privateKey, ...padding })
    await expectUnverified(`${unsigned}.${base64Url(signature)}`)
  })
})

// Row 196: an attacker names the attacker's own key in the header.
describe('the header', () => {
  const jwk = foreign.publicKey.export({ format: 'jwk' })
  const x5c = [foreign.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')]
  it.each([
    ...[{ jwk }, { jku: 'https://evil.example/jwks.json' }, { x5u: 'https://evil.example/key.pem' }, { x5c }],
    ...['../../../../dev/null', 'https://evil.example/key'].map((kid) => ({ kid })),
  ])('chooses no key: %#', (header) => expectUnverified(jwt(claims(), { ...HEADER, ...header }, foreign)))

  it.each([
    ...[{ crit: ['x'], x: 1 }, { crit: [] }, { crit: ['b64'] }],
    ...[{ crit: 'b64', b64: true }, { crit: ['b64'], b64: false }, { b64: true }],
  ])('has no extension: %j', (header) => expectUnverified(jwt(claims(), { ...HEADER, ...header })))

  it('allows no payload that is not encoded', async () => {
    const header = base64Url(JSON.stringify({ ...HEADER, crit: ['b64'], b64: false }))
    for (const payload of [JSON.stringify(claims()), '{"iat":1}', 'null']) {
      await expectUnverified(signRaw(`${header}.${payload}`))
    }
  })
})

/** The text with another last character that decodes to the same bytes. */
function slack(part: string): string {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const changed = `${part.slice(0, -1)}${ALPHABET[ALPHABET.indexOf(part.at(-1) ?? '') + 1]}`
  expect(Buffer.from(changed, 'base64url')).toEqual(Buffer.from(part, 'base64url'))
  return changed
}
/** JSON whose length in base64url leaves such characters. */
const loose = (value: object) => {
  const text = JSON.stringify(value)
  return base64Url(text.length % 3 === 0 ? `${text} ` : text)
}

// Row 197.
describe('a webhook that was changed', () => {
  const evil = base64Url(JSON.stringify(claims({}, envelope({ instanceId: 'evil' }))))
  const json = { protected: HEAD, payload: PAYLOAD, signature: SIGNATURE }
  it.each<[string, string]>([
    ['its payload', `${HEAD}.${evil}.${SIGNATURE}`],
    ['its header', `${base64Url('{"alg":"RS256"}')}.${PAYLOAD}.${SIGNATURE}`],
    ['its signature', `${HEAD}.${PAYLOAD}.${SIGNATURE.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`],
    ['no signature', `${HEAD}.${PAYLOAD}.`],
    ['a signature of zeros', `${HEAD}.${PAYLOAD}.${base64Url(Buffer.alloc(256))}`],
    ['the key of another app', jwt(claims(), HEADER, foreign)],
    ['a fourth part', `${GENUINE}.x`],
    ['a dot at its end', `${GENUINE}.`],
    ['a dot at its beginning', `.${GENUINE}`],
    ['two of them', `${GENUINE}\n${GENUINE}`],
    ['in quotes', `"${GENUINE}"`],
    ['as a JWS in JSON', JSON.stringify(json)],
    ['behind a word', `Bearer ${GENUINE}`],
    ['nothing', ''],
    ['dots', '..'],
    ['the other alphabet of base64', `${HEAD}.${PAYLOAD}.${SIGNATURE.replaceAll('-', '+').replaceAll('_', '/')}`],
    ['a header that is no JSON', signRaw(`${base64Url('{')}.${PAYLOAD}`)],
    ['an inherited algorithm', jwt(claims(), '{"__proto__":{"alg":"RS256"}}')],
  ])('is refused: %s', async (_name, body) => {
    expect(body).not.toBe(GENUINE)
    await expectUnverified(body)
  })

  it.each<[string, (part: string) => string]>([
    ['padding', (part) => `${part}${'='.repeat((4 - (part.length % 4)) % 4)}`],
    ['another last character', slack],
    ['a space within', (part) => `${part.slice(0, 5)} ${part.slice(5)}`],
    ['a line end within', (part) => `${part.slice(0, 5)}\n${part.slice(5)}`],
  ])('is refused with %s in any of its parts, also signed', async (_name, mutate) => {
    const [header, payload] = [loose(HEADER), loose(claims())]
    const genuine = signRaw(`${header}.${payload}`)
    expect((await receiver()(genuine)).type).toBe('AppRemoved')
    const [, , signature = ''] = genuine.split('.')
    const signed = [`${mutate(header)}.${payload}`, `${header}.${mutate(payload)}`].map((text) => signRaw(text))
    for (const body of [...signed, `${header}.${payload}.${mutate(signature)}`]) await expectUnverified(body)
  })

  it.each(['\n', '\r\n', ' \t'])('may have %j around it', async (space) => {
    const bodies = [`${GENUINE}${space}`, `${space}${GENUINE}`]
    for (const body of bodies) expect((await receiver()(body)).type).toBe('AppRemoved')
  })
})

// Row 202.
describe('the keys of webhooks', () => {
  it('are all accepted, in any order', async () => {
    const keys = [PEM, pem(foreign)]
    for (const receive of [receiver(keys), receiver(keys.toReversed())]) {
      expect((await receive(GENUINE)).type).toBe('AppRemoved')
      expect((await receive(jwt(claims(), HEADER, foreign))).type).toBe('AppRemoved')
      await expectUnverified(`${HEAD}.${PAYLOAD}.${SIGNATURE.slice(4)}`, receive)
    }
  })

  it('are imported once', async () => {
    const receive = receiver([PEM, pem(foreign)])
    await receive(GENUINE)
    const importKey = vi.spyOn(crypto.subtle, 'importKey')
    await receive(jwt(claims(), HEADER, foreign))
    await refusal(() => receive(`${HEAD}.${PAYLOAD}.`))
    expect(importKey).not.toHaveBeenCalled()
  })
})
