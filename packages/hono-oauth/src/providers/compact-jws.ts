import { fromBase64Url } from '../crypto/encoding.ts'

/**
 * Whether a text has the form of a compact JWS: three parts of base64url without padding.
 *
 * Size and number of parts are checked first, so that a hostile text costs no decoding.
 *
 * @param maxLength - the longest text to accept, in characters
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-7.1 | RFC 7515 - section 7.1}
 */
export function isCompactJws(text: string, maxLength: number): boolean {
  const parts = text.length <= maxLength ? text.split('.', 4) : []
  // Decoders accept several spellings of the same bytes; only one of them was signed.
  return parts.length === 3 && parts.every(fromBase64Url)
}
