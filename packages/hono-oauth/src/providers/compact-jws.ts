import { isBase64Url } from '../crypto/encoding.ts'

/**
 * Whether a text has the form of a compact JWS: three parts of base64url without padding. It checks size and number
 * of parts first, so that a hostile text costs no decoding.
 *
 * @param maxLength - the longest text to accept, in characters
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-7.1 | RFC 7515 - section 7.1}
 */
export function isCompactJws(text: string, maxLength: number): boolean {
  if (text.length > maxLength) return false
  const parts = text.split('.', 4)
  // Decoders accept several spellings of the same bytes, but only one spelling was signed.
  return parts.length === 3 && parts.every(isBase64Url)
}
