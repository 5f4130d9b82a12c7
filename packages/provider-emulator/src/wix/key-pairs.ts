import { fromBase64, sha256, toBase64, toHex } from '../encoding.ts'
import type { WixApp } from './config.ts'

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const RS256_2048 = { ...RS256, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }

export interface KeyPair {
  readonly kid: string
  /** As the app's dashboard shows it. */
  readonly publicKeyPem: string
  sign(text: string): Promise<Uint8Array>
}

export interface KeyPairs {
  of(app: WixApp): Promise<KeyPair>
  /** A pair that belongs to no app. */
  foreign(): Promise<KeyPair>
}

const pemOf = (label: string, der: Uint8Array): string => {
  const lines = toBase64(der).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n')
}

const derOf = (pem: string) => fromBase64(pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, ''))

async function keyPairOf(privateKey: Key, publicKey: Key): Promise<KeyPair> {
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
  return {
    kid: toHex(await sha256(spki)).slice(0, 16),
    publicKeyPem: pemOf('PUBLIC KEY', spki),
    sign: async (text) =>
      new Uint8Array(
        await crypto.subtle.sign(RS256.name, privateKey, new TextEncoder().encode(text)),
      ),
  }
}

async function generate(): Promise<KeyPair> {
  const pair = await crypto.subtle.generateKey(RS256_2048, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('This runtime makes no RSA key pairs.')
  return keyPairOf(pair.privateKey, pair.publicKey)
}

async function readPrivateKey(pem: string): Promise<Key> {
  try {
    return await crypto.subtle.importKey('pkcs8', derOf(pem), RS256, true, ['sign'])
  } catch (cause) {
    throw new Error('"privateKey" is not an RSA private key.', { cause })
  }
}

async function importPem(pem: string): Promise<KeyPair> {
  const privateKey = await readPrivateKey(pem)
  const jwk = await crypto.subtle.exportKey('jwk', privateKey)
  const { n = '', e = '' } = 'n' in jwk ? jwk : {}
  const publicJwk = { kty: 'RSA', n, e }
  const publicKey = await crypto.subtle.importKey('jwk', publicJwk, RS256, true, ['verify'])
  return keyPairOf(privateKey, publicKey)
}

/** RSA key pairs for webhooks, made or read when they are first asked for. */
export function createKeyPairs(): KeyPairs {
  const pairs = new Map<WixApp, Promise<KeyPair>>()
  let foreign: Promise<KeyPair> | undefined
  return {
    of(app) {
      const known = pairs.get(app)
      if (known !== undefined) return known
      const pair = app.privateKey === undefined ? generate() : importPem(app.privateKey)
      pairs.set(app, pair)
      return pair
    },
    foreign() {
      foreign ??= generate()
      return foreign
    },
  }
}
