import { fromBase64, hmacSha256, pemOf, toBase64url } from './encoding.ts'

type Json = Readonly<Record<string, unknown>>

/** The JWS Signing Input: encoded header and payload (RFC 7515, 5.1). */
export const signingInput = (header: Json, payload: Json): string =>
  [header, payload].map((part) => toBase64url(JSON.stringify(part))).join('.')

export async function hs256(secret: string, header: Json, payload: Json): Promise<string> {
  const input = signingInput(header, payload)
  return `${input}.${toBase64url(await hmacSha256(secret, input))}`
}

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>

export const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const RS256_2048 = { ...RS256, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }

export interface RsaPair {
  readonly privateKey: Key
  readonly publicKey: Key
}

/** Generates an RSA key pair. Both keys are exportable. */
export async function generateRsaPair(): Promise<RsaPair> {
  const pair = await crypto.subtle.generateKey(RS256_2048, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('This runtime cannot generate RSA key pairs.')
  return pair
}

/** The public JWK of an RSA key, private or public. */
export async function publicRsaJwkOf(key: Key) {
  const jwk = await crypto.subtle.exportKey('jwk', key)
  const { n = '', e = '' } = 'n' in jwk ? jwk : {}
  return { kty: 'RSA', n, e }
}

/** An RSA key of a key set as PEM. */
export async function pemOfRsaJwk({ n, e }: Json): Promise<string> {
  const jwk = { kty: 'RSA', n: String(n), e: String(e) }
  const key = await crypto.subtle.importKey('jwk', jwk, RS256, true, ['verify'])
  return pemOf('PUBLIC KEY', new Uint8Array(await crypto.subtle.exportKey('spki', key)))
}

export const signRs256 = async (privateKey: Key, text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.sign(RS256.name, privateKey, new TextEncoder().encode(text)))

/** Signs with PS256. The key is imported again, because WebCrypto binds a key to one algorithm. */
export async function signPs256(privateKey: Key, text: string): Promise<Uint8Array> {
  const PS256 = { name: 'RSA-PSS', hash: 'SHA-256' }
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', privateKey)
  if (!(pkcs8 instanceof ArrayBuffer)) throw new Error('This runtime cannot export PKCS #8.')
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, PS256, false, ['sign'])
  const algorithm = { name: PS256.name, saltLength: 32 }
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(text)))
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256' }
const ES256 = { name: 'ECDSA', hash: 'SHA-256' }

/** Generates a key pair on the curve P-256. Both keys are exportable. */
export async function generateEcPair(): Promise<{ privateKey: Key; publicKey: Key }> {
  const pair = await crypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('This runtime cannot generate EC key pairs.')
  return pair
}

/** The public JWK of an EC key, private or public. */
export async function publicEcJwkOf(key: Key) {
  const jwk = await crypto.subtle.exportKey('jwk', key)
  const { x = '', y = '' } = 'x' in jwk ? jwk : {}
  return { kty: 'EC', crv: 'P-256', x, y }
}

/** Whether a JWS in compact form has the ES256 signature of a key (RFC 7518, 3.4). */
export async function isEs256SignedBy(publicJwk: Json, jws: string): Promise<boolean> {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const key = await crypto.subtle.importKey('jwk', publicJwk, P256, false, ['verify'])
  const bytes = fromBase64(signature.replaceAll('-', '+').replaceAll('_', '/'))
  return crypto.subtle.verify(ES256, key, bytes, new TextEncoder().encode(`${header}.${payload}`))
}

export const signEs256 = async (privateKey: Key, text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.sign(ES256, privateKey, new TextEncoder().encode(text)))
