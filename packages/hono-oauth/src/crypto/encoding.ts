const encoder = /* @__PURE__ */ new TextEncoder()

/** The bytes of a text in UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>
}

/** Base64url without padding (RFC 4648, section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The bytes of base64 or base64url text, with or without padding; `undefined` when it is neither. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/**
 * The bytes of base64url without padding; `undefined` for any other spelling. Decoders take more than
 * one text for the same bytes, and what was sealed or signed has one form.
 */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = fromBase64(text)
  return bytes && toBase64Url(bytes) === text ? bytes : undefined
}

/** The bytes of hexadecimal text. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** `length` random bytes as base64url. */
export function randomText(length: number): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(length)))
}

/** SHA-256 of a text, as base64url cut to `length` characters. */
export async function digest(text: string, length: number): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', utf8(text))
  return toBase64Url(new Uint8Array(hash)).slice(0, length)
}

/** Compares two texts in a time that depends on their lengths alone. */
export function equalConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) {
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index)
  }
  return difference === 0
}
