import { fromBase64, sha256, toBase64, toHex } from '../encoding.ts'
import { generateRsaPair, publicJwkOf, RS256, type RsaPair, signRs256 } from '../rsa.ts'
import type { WixApp } from './config.ts'

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

async function keyPairOf({ privateKey, publicKey }: RsaPair): Promise<KeyPair> {
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
  return {
    kid: toHex(await sha256(spki)).slice(0, 16),
    publicKeyPem: pemOf('PUBLIC KEY', spki),
    sign: (text) => signRs256(privateKey, text),
  }
}

const generate = async (): Promise<KeyPair> => keyPairOf(await generateRsaPair())

async function readPrivateKey(pem: string): Promise<RsaPair['privateKey']> {
  try {
    return await crypto.subtle.importKey('pkcs8', derOf(pem), RS256, true, ['sign'])
  } catch (cause) {
    throw new Error('"privateKey" is not an RSA private key.', { cause })
  }
}

async function importPem(pem: string): Promise<KeyPair> {
  const privateKey = await readPrivateKey(pem)
  const publicJwk = await publicJwkOf(privateKey)
  const publicKey = await crypto.subtle.importKey('jwk', publicJwk, RS256, true, ['verify'])
  return keyPairOf({ privateKey, publicKey })
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
