const encoder = /* @__PURE__ */ new TextEncoder()
// Neither expression backtracks. One expression for the whole text would overflow the stack on a long text.
const FOREIGN_CHARACTER = /[^\w-]/
// The last group may have two or three characters; their unused bits are zero (RFC 4648, section 3.5).
const LAST_GROUP = /^(?:.[AQgw]|..[AEIMQUYcgkosw048])?$/

/** The bytes of a text in UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>
}

// Newer runtimes have these functions; the types of the oldest supported runtime do not.
interface Base64Bytes {
  toBase64?(options: { alphabet: 'base64url'; omitPadding: true }): string
}
interface Base64Constructor {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>
}

/** Base64url without padding (RFC 4648, section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  const { toBase64 } = bytes as Base64Bytes
  if (toBase64) return toBase64.call(bytes, { alphabet: 'base64url', omitPadding: true })
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The bytes of base64 or base64url text, with or without padding; `undefined` when it is neither. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/')
  const { fromBase64 } = Uint8Array as Base64Constructor
  try {
    if (fromBase64) return fromBase64.call(Uint8Array, plain)
    const binary = atob(plain)
    // A function for each character would cost twenty times as much.
    const bytes = new Uint8Array(binary.length)
    for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
    return bytes
  } catch {
    return undefined
  }
}

/** Whether a text is base64url without padding, in canonical form: equal bytes have one spelling. */
export function isBase64Url(text: string): boolean {
  const lastGroup = text.slice(text.length - (text.length % 4))
  return !FOREIGN_CHARACTER.test(text) && LAST_GROUP.test(lastGroup)
}

/** The bytes of canonical base64url without padding; `undefined` for any other text. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  return isBase64Url(text) ? fromBase64(text) : undefined
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
