import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { JWK } from 'oidc-provider'

/** The algorithms that the server may sign ID tokens with. */
export type SigningAlg = 'RS256' | 'PS256' | 'ES256' | 'EdDSA' | 'Ed25519'

const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig' }) as JWK

/** The private keys of a server: one of each kind, always with the same key ids. */
export function generateServerKeys(): JWK[] {
  return [
    jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'rsa'),
    jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ec'),
    jwk(generateKeyPairSync('ed25519').privateKey, 'ed'),
  ]
}

/** The key pair of a client that authenticates with `private_key_jwt`: what it registers, and what it keeps. */
export async function generateClientKeys() {
  const keys = { name: 'ECDSA', namedCurve: 'P-256' }
  const { publicKey, privateKey } = await crypto.subtle.generateKey(keys, false, ['sign', 'verify'])
  const exported = await crypto.subtle.exportKey('jwk', publicKey)
  return { jwks: { keys: [{ ...exported, kid: 'client' } as JWK] }, privateKey: { key: privateKey, kid: 'client' } }
}
