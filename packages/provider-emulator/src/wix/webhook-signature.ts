import { fromBase64, pemOf, sha256, toBase64url, toHex } from '../encoding.ts'
import { generateRsaPair, hs256, publicRsaJwkOf, RS256, type RsaPair, signingInput, signRs256 } from '../jws.ts'
import type { WixApp } from './config.ts'

export interface KeyPair {
  readonly kid: string
  /** The PEM that the app's dashboard shows. */
  readonly publicKeyPem: string
  sign(text: string): Promise<Uint8Array>
}

export interface KeyPairs {
  of(app: WixApp): Promise<KeyPair>
  /** A key pair that belongs to no app. */
  foreign(): Promise<KeyPair>
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
  const publicJwk = await publicRsaJwkOf(privateKey)
  const publicKey = await crypto.subtle.importKey('jwk', publicJwk, RS256, true, ['verify'])
  return keyPairOf({ privateKey, publicKey })
}

/** The RSA key pairs for webhooks. Each is generated or read at its first use. */
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

type Json = Readonly<Record<string, unknown>>

/** The faults of a webhook's signature. */
export const WIX_WEBHOOK_FAULTS = [
  /** `alg` is `none`, and there is no signature. */
  'alg-none',
  /** HS256 with the public key's PEM as the secret. */
  'hs256-public-key',
  /** HS256 with the PEM's base64 text as the secret, on one line. */
  'hs256-public-key-trimmed',
  /** HS256 with the PEM as the secret, `\n` for each line break. */
  'hs256-public-key-escaped',
  /** The signature is from another key, with the app's `kid`. */
  'foreign-key',
  /** The instance id was changed after signing. */
  'edited-payload',
  /** There is no `exp`. */
  'without-exp',
] as const

/** A fault of the signature of a Wix webhook. */
export type WixWebhookFault = (typeof WIX_WEBHOOK_FAULTS)[number]

export interface WebhookToSign {
  readonly claims: Json
  readonly header: Json
  readonly fault: WixWebhookFault | undefined
}

async function rs256({ kid, sign }: KeyPair, header: Json, claims: Json): Promise<string> {
  const input = signingInput({ alg: 'RS256', kid, ...header }, claims)
  return `${input}.${toBase64url(await sign(input))}`
}

/** Replaces the instance id in the innermost text of the claims. */
function withOtherInstanceId(claims: Json): Json {
  const data = String(claims['data']).replace(/"instanceId":"[^"]*"/, `"instanceId":"${crypto.randomUUID()}"`)
  return { ...claims, data }
}

type Sign = (own: KeyPair, unsigned: WebhookToSign, keyPairs: KeyPairs) => Promise<string>

const trimmed = (pem: string): string => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '')

const withPem =
  (formOf: (pem: string) => string): Sign =>
  ({ kid, publicKeyPem }, { claims, header }) =>
    hs256(formOf(publicKeyPem), { alg: 'HS256', kid, ...header }, claims)

const FAULTY_SIGNERS: Readonly<Record<WixWebhookFault, Sign>> = {
  'alg-none': async (_own, { claims, header }) => `${signingInput({ alg: 'none', ...header }, claims)}.`,
  'hs256-public-key': withPem((pem) => pem),
  'hs256-public-key-trimmed': withPem(trimmed),
  'hs256-public-key-escaped': withPem((pem) => pem.replaceAll('\n', '\\n')),
  'foreign-key': async ({ kid }, { claims, header }, keyPairs) =>
    rs256({ ...(await keyPairs.foreign()), kid }, header, claims),
  'edited-payload': async (own, { claims, header }) => {
    const [head, , signature] = (await rs256(own, header, claims)).split('.')
    return [head, toBase64url(JSON.stringify(withOtherInstanceId(claims))), signature].join('.')
  },
  'without-exp': (own, { claims: { exp: _left, ...claims }, header }) => rs256(own, header, claims),
}

/** Creates the JWT that is a webhook's body. */
export async function signClaims(keyPairs: KeyPairs, app: WixApp, unsigned: WebhookToSign): Promise<string> {
  const { claims, header, fault } = unsigned
  const own = await keyPairs.of(app)
  return fault === undefined ? rs256(own, header, claims) : FAULTY_SIGNERS[fault](own, unsigned, keyPairs)
}
