import { constants, createHmac, sign } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { refusal, shown } from '../../protocol/refusal.ts'
import {
  claims,
  envelope,
  foreign,
  HEADER,
  jwt,
  ours,
  pem,
  receiver,
  signedParts,
  signRaw,
} from './jwt.ts'
import { base64Url } from './support.ts'

const PEM = pem(ours)
const GENUINE = jwt()
const [HEAD = '', PAYLOAD = '', SIGNATURE = ''] = GENUINE.split('.')
const refusedBy = async (body: string, receive = receiver()) => {
  const error = await refusal(() => receive(body))
  expect(shown(error)).not.toContain(SIGNATURE)
  return [error.code, error.status]
}
const UNVERIFIED = ['webhook_unverified', 401]

const fetching = vi.fn(() => Promise.reject(new Error('nothing may be fetched')))
beforeEach(() => void vi.stubGlobal('fetch', fetching))
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  expect(fetching).not.toHaveBeenCalled()
})

// Row 193.
describe('an algorithm that is none', () => {
  it.each(['none', 'None', 'nOnE', 'NONE', '', undefined, null, ['none'], { alg: 'none' }])(
    'is refused: %j',
    async (alg) => {
      const unsigned = signedParts({ ...HEADER, alg }, claims())
      const bodies = [`${unsigned}.`, unsigned, `${unsigned}.${SIGNATURE}`, signRaw(unsigned)]
      for (const body of bodies) expect(await refusedBy(body)).toEqual(UNVERIFIED)
    },
  )
})

// Row 194.
describe('an algorithm that takes the public key for a secret', () => {
  it.each<[string, string | Buffer]>([
    ['in PEM', PEM],
    ['trimmed', PEM.trim()],
    ['with escaped line ends', PEM.replaceAll('\n', '\\n')],
    ['with the line ends of Windows', PEM.replaceAll('\n', '\r\n')],
    ['without markers', PEM.replaceAll(/-----[^-]+-----|\s/g, '')],
    ['as bytes', ours.publicKey.export({ type: 'spki', format: 'der' })],
    ['as nothing', ''],
  ])('is refused: %s', async (_name, secret) => {
    for (const bits of [256, 384, 512]) {
      const unsigned = signedParts({ ...HEADER, alg: `HS${bits}` }, claims())
      const signature = createHmac(`sha${bits}`, secret).update(unsigned).digest('base64url')
      expect(await refusedBy(`${unsigned}.${signature}`)).toEqual(UNVERIFIED)
    }
  })
})

describe('another algorithm of the same key', () => {
  it.each([
    'rs256',
    'RS256 ',
    'RSA-SHA256',
    'RS384',
    'RS512',
    'PS256',
    'ES256',
    'EdDSA',
    ['RS256'],
  ])('is refused by name: %j', async (alg) => {
    expect(await refusedBy(jwt(claims(), { ...HEADER, alg }))).toEqual(UNVERIFIED)
  })

  it.each([
    ['RS384', 'sha384', {}],
    ['RS512', 'sha512', {}],
    ['PS256', 'sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
  ])('is refused with its own signature: %s', async (alg, hash, padding) => {
    const unsigned = signedParts({ ...HEADER, alg }, claims())
    const key = { key: ours.privateKey, ...padding }
    const signature = sign(hash, Buffer.from(unsigned), key).toString('base64url')
    expect(await refusedBy(`${unsigned}.${signature}`)).toEqual(UNVERIFIED)
  })
})

// Row 196: whoever signs with a key of his own may name it as he likes.
describe('a key that the webhook brings', () => {
  const jwk = foreign.publicKey.export({ format: 'jwk' })
  const x5c = [foreign.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')]
  it.each<[string, object]>([
    ['jwk', { jwk }],
    ['jwk with its algorithm', { jwk: { ...jwk, alg: 'RS256', use: 'sig' } }],
    ['jku', { jku: 'https://evil.example/jwks.json' }],
    ['x5u', { x5u: 'https://evil.example/key.pem' }],
    ['x5c', { x5c }],
    ['kid as a path', { kid: '../../../../dev/null' }],
    ['kid as SQL', { kid: "x' UNION SELECT 'key' --" }],
    ['kid as a URL', { kid: 'https://evil.example/key' }],
    ['everything', { jwk, x5c, jku: 'https://evil.example/', x5u: 'https://evil.example/' }],
  ])('is not used: %s', async (_name, header) => {
    expect(await refusedBy(jwt(claims(), { ...HEADER, ...header }, foreign))).toEqual(UNVERIFIED)
  })

  it.each<[string, object]>([
    ['an extension that is unknown', { crit: ['x'], x: 1 }],
    ['an extension that is none', { crit: ['exp'], exp: 9e9 }],
    ['no extension', { crit: [] }],
    ['a text for extensions', { crit: 'b64', b64: true }],
    ['an extension that is missing', { crit: ['b64'] }],
    ['a payload that is not encoded', { crit: ['b64'], b64: false }],
  ])('is not asked for extensions, also signed: %s', async (_name, header) => {
    expect(await refusedBy(jwt(claims(), { ...HEADER, ...header }))).toEqual(UNVERIFIED)
  })

  it('cannot sign what is not encoded', async () => {
    const header = base64Url(JSON.stringify({ ...HEADER, crit: ['b64'], b64: false }))
    for (const payload of [JSON.stringify(claims()), '{"iat":1}', '1234', 'null']) {
      expect(await refusedBy(signRaw(`${header}.${payload}`))).toEqual(UNVERIFIED)
    }
  })
})

/** The text with its last character changed in bits that mean nothing. */
function slack(part: string): string {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  expect(part.length % 4).not.toBe(0)
  const last = ALPHABET.indexOf(part.at(-1) ?? '')
  const changed = `${part.slice(0, -1)}${ALPHABET[last + 1]}`
  expect(Buffer.from(changed, 'base64url')).toEqual(Buffer.from(part, 'base64url'))
  return changed
}
/** JSON whose length in base64url leaves such bits. */
const loose = (value: object) => {
  const text = JSON.stringify(value)
  return base64Url(text.length % 3 === 0 ? `${text} ` : text)
}

// Row 197.
describe('a webhook that was changed', () => {
  const evil = base64Url(JSON.stringify(claims({}, envelope({ instanceId: 'evil' }))))
  it.each<[string, string]>([
    ['its payload', `${HEAD}.${evil}.${SIGNATURE}`],
    ['its header', `${base64Url('{"alg":"RS256"}')}.${PAYLOAD}.${SIGNATURE}`],
    [
      'a byte of its signature',
      `${HEAD}.${PAYLOAD}.${SIGNATURE.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
    ],
    ['no signature', `${HEAD}.${PAYLOAD}.`],
    ['no signature and no dot', `${HEAD}.${PAYLOAD}`],
    ['a signature of zeros', `${HEAD}.${PAYLOAD}.${base64Url(Buffer.alloc(256))}`],
    ['the key of another app', jwt(claims(), HEADER, foreign)],
    ['a fourth part', `${GENUINE}.x`],
    ['a dot at its end', `${GENUINE}.`],
    ['a dot at its beginning', `.${GENUINE}`],
    ['two of them', `${GENUINE}\n${GENUINE}`],
    ['in double quotes', `"${GENUINE}"`],
    ['in single quotes', `'${GENUINE}'`],
    ['in an object', JSON.stringify({ jwt: GENUINE })],
    [
      'as a JWS in JSON',
      JSON.stringify({ protected: HEAD, payload: PAYLOAD, signature: SIGNATURE }),
    ],
    ['behind a word', `Bearer ${GENUINE}`],
    ['nothing', ''],
    ['spaces', '  \n'],
    ['dots', '..'],
    ['many dots', '.'.repeat(100_000)],
    ['a header that is no JSON', signRaw(`${base64Url('{')}.${PAYLOAD}`)],
    ['a header that is null', signRaw(`${base64Url('null')}.${PAYLOAD}`)],
    ['an inherited algorithm', jwt(claims(), '{"__proto__":{"alg":"RS256"}}')],
  ])('is refused: %s', async (_name, body) => {
    expect(await refusedBy(body)).toEqual(UNVERIFIED)
  })

  const MUTATIONS: [string, (part: string) => string][] = [
    ['padding', (part) => `${part}${'='.repeat((4 - (part.length % 4)) % 4)}`],
    ['bits that mean nothing', slack],
    ['a space within', (part) => `${part.slice(0, 5)} ${part.slice(5)}`],
    ['a line end within', (part) => `${part.slice(0, 5)}\n${part.slice(5)}`],
  ]
  it.each(MUTATIONS)(
    'is refused with %s in any of its parts, also signed',
    async (_name, mutate) => {
      const header = loose(HEADER)
      const payload = loose(claims())
      const [, , signature = ''] = signRaw(`${header}.${payload}`).split('.')
      expect((await receiver()(`${header}.${payload}.${signature}`)).type).toBe('AppRemoved')
      for (const body of [
        signRaw(`${mutate(header)}.${payload}`),
        signRaw(`${header}.${mutate(payload)}`),
        `${header}.${payload}.${mutate(signature)}`,
      ]) {
        expect(await refusedBy(body)).toEqual(UNVERIFIED)
      }
    },
  )

  it('is refused in the other alphabet of base64', async () => {
    const changed = SIGNATURE.replaceAll('-', '+').replaceAll('_', '/')
    expect(changed).not.toBe(SIGNATURE)
    expect(await refusedBy(`${HEAD}.${PAYLOAD}.${changed}`)).toEqual(UNVERIFIED)
  })

  it.each(['\n', '\r\n', ' ', '\t', '\n\n  '])('may have %j around it', async (space) => {
    const receive = receiver()
    for (const body of [`${GENUINE}${space}`, `${space}${GENUINE}`, `${space}${GENUINE}${space}`]) {
      expect((await receive(body)).type).toBe('AppRemoved')
    }
  })
})

// Row 202.
describe('the keys of webhooks', () => {
  it('are all accepted, whichever comes first', async () => {
    for (const keys of [
      [PEM, pem(foreign)],
      [pem(foreign), PEM],
    ]) {
      const receive = receiver(keys)
      expect((await receive(GENUINE)).type).toBe('AppRemoved')
      expect((await receive(jwt(claims(), HEADER, foreign))).type).toBe('AppRemoved')
      expect(await refusedBy(`${HEAD}.${PAYLOAD}.${SIGNATURE.slice(4)}`, receive)).toEqual(
        UNVERIFIED,
      )
    }
  })

  it('are imported once', async () => {
    const receive = receiver([PEM, pem(foreign)])
    await receive(GENUINE)
    const importKey = vi.spyOn(crypto.subtle, 'importKey')
    await receive(GENUINE)
    await receive(jwt(claims(), HEADER, foreign))
    await refusal(() => receive(`${HEAD}.${PAYLOAD}.`))
    expect(importKey).not.toHaveBeenCalled()
  })
})
