import { OAuthError } from '../errors.ts'
import { utf8 } from './encoding.ts'

// The most bytes to hash for one text, with all secrets together.
const MAX_HASHED_BYTES = 1025 * 1024
const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/**
 * Returns a verifier of HMAC-SHA256 that accepts a signature by any of the secrets and compares in constant time. It
 * imports the keys once, on first use.
 *
 * @throws OAuthError `webhook_too_large` for a text that is too long to try all secrets
 */
export function hmacVerifier(secrets: readonly string[]) {
  let keys: readonly Awaited<ReturnType<typeof importSecret>>[] | undefined
  return async function verifyHmac(signature: Uint8Array<ArrayBuffer>, text: string): Promise<boolean> {
    keys ??= await Promise.all(secrets.map(importSecret))
    const signed = utf8(text)
    // Each secret costs a hash of the whole text.
    if (signed.length * keys.length > MAX_HASHED_BYTES) throw new OAuthError('webhook_too_large')
    for (const key of keys) {
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true
    }
    return false
  }
}

/**
 * Tells whether a signature is the HMAC-SHA256 of a text, in constant time.
 *
 * @param secret - the key of the HMAC
 * @param text - what was signed
 * @param hex - the signature in hexadecimal digits
 * @example
 * ```ts
 * await isHmacHex(clientSecret, 'shop=a.myshopify.com', parameters.get('hmac'))
 * ```
 */
export async function isHmacHex(secret: string, text: string, hex: string | null): Promise<boolean> {
  if (!hex || !/^([\da-f]{2})+$/i.test(hex)) return false
  const signature = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  return hmacVerifier([secret])(signature, text)
}

function importSecret(secret: string) {
  return crypto.subtle.importKey('raw', utf8(secret), HMAC, false, ['verify'])
}
