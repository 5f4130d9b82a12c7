import { utf8 } from './encoding.ts'

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/**
 * Returns a verifier of HMAC-SHA256 that accepts a signature by any of the secrets and compares in constant time. It
 * imports the keys once, on first use.
 */
export function hmacVerifier(secrets: readonly string[]) {
  let keys: readonly Awaited<ReturnType<typeof importSecret>>[] | undefined
  return async function verifyHmac(signature: Uint8Array<ArrayBuffer>, text: string): Promise<boolean> {
    keys ??= await Promise.all(secrets.map(importSecret))
    const signed = utf8(text)
    for (const key of keys) {
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true
    }
    return false
  }
}

function importSecret(secret: string) {
  return crypto.subtle.importKey('raw', utf8(secret), HMAC, false, ['verify'])
}
