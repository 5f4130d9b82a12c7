import { fromBase64 } from '../../crypto/encoding.ts'
import { configurationError } from '../../errors.ts'

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
// The algorithm identifier of rsaEncryption, which turns an RSAPublicKey (RFC 8017) into a
// SubjectPublicKeyInfo (RFC 5280).
const RSA_ALGORITHM = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00]

// RFC 7518, section 3.3.
const MIN_MODULUS_LENGTH = 2048

/** A public key that verifies RS256 signatures. */
export type PublicKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/**
 * Reads an RSA public key in PEM: with line ends, with `\n` as two characters, on one line, without its markers, or
 * any of these in base64.
 *
 * @throws OAuthError `configuration_invalid`
 */
export async function readPublicKey(text: string): Promise<PublicKey> {
  const der = decode(text)
  for (const spki of der ? [der, wrap(der)] : []) {
    try {
      const key = await crypto.subtle.importKey('spki', spki, RSA, false, ['verify'])
      const { modulusLength = 0 } = key.algorithm as { readonly modulusLength?: number }
      if (modulusLength >= MIN_MODULUS_LENGTH) return key
    } catch {
      // The bytes may be of the other type of key.
    }
  }
  throw configurationError('wix publicKey', 'is not an RSA public key in PEM')
}

function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  const pem = text
    .replaceAll(/\\+n/g, '\n')
    .replaceAll(/\\+r/g, '')
    .replaceAll(/^["'\s]+|["'\s]+$/g, '')
  if (pem.includes('-----')) return fromBase64(pem.replaceAll(/-----[^-]+-----|\s/g, ''))
  const bytes = fromBase64(pem.replaceAll(/\s/g, ''))
  const inner = bytes && new TextDecoder().decode(bytes)
  return inner?.includes('-----BEGIN') ? decode(inner) : bytes
}

function wrap(pkcs1: Uint8Array): Uint8Array<ArrayBuffer> {
  const bits = element(0x03, [0x00, ...pkcs1])
  return Uint8Array.from(element(0x30, [...RSA_ALGORITHM, ...bits]))
}

/** A DER element: tag, length, content. */
function element(tag: number, content: readonly number[]): number[] {
  const { length } = content
  if (length < 0x80) return [tag, length, ...content]
  if (length < 0x100) return [tag, 0x81, length, ...content]
  return [tag, 0x82, length >> 8, length & 0xff, ...content]
}
