import { fromBase64Url, toBase64Url, utf8 } from './encoding.ts'
import type { KeyRing, Purpose } from './key-ring.ts'

const FORMAT = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16
// The same in base64url, in characters.
const IV_LENGTH = 16
const TAG_LENGTH = 22

/** A value that was opened. */
export interface Opened<T> {
  readonly value: T
  /** Whether the newest key of the ring has sealed the value. */
  readonly isSealedByNewest: boolean
}

/** An opened value with the context that it opens in. */
interface Remembered<T> {
  readonly context: string
  readonly opened: Opened<T>
}

/**
 * Seals a JSON value as a JWE (`dir`, A256GCM). The additional data names the place of the value and is not stored, so
 * a value that was moved to another place does not open.
 *
 * This is one mode of RFC 7516 over two calls of WebCrypto. A library for all modes would be a fifth of the
 * whole Worker; the tests open these values with `jose`, and values of `jose` with this code.
 *
 * @param ring - the newest key seals
 * @param purpose - picks the subkey
 * @param place - the name of the cookie, or the storage key
 * @returns `protected.iv.ciphertext.tag`, each in base64url
 * @see {@link https://www.rfc-editor.org/rfc/rfc7516#section-5.1 | RFC 7516 - section 5.1}
 */
export async function seal(ring: KeyRing, purpose: Purpose, place: string, value: unknown): Promise<string> {
  const { header, subkeys } = await ring.newest()
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const plaintext = utf8(JSON.stringify(value))
  const algorithm = aesGcm(iv, header, contextOf(purpose, place))
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, subkeys[purpose], plaintext))
  const parts = [iv, sealed.subarray(0, -TAG_BYTES), sealed.subarray(-TAG_BYTES)]
  return [header, ...parts.map(toBase64Url)].join('.')
}

/**
 * Opens a sealed value. The ring remembers opened values: the same text gives the same object again, which the caller
 * must not change.
 *
 * @param decode - makes the value from its JSON; by default the value is the JSON
 * @returns `undefined` when this ring did not seal it for this purpose and place
 * @see {@link https://www.rfc-editor.org/rfc/rfc7516#section-5.2 | RFC 7516 - section 5.2}
 */
export async function open<T>(
  ring: KeyRing,
  purpose: Purpose,
  place: string,
  sealed: string,
  decode: (json: unknown) => T = (json) => json as T,
): Promise<Opened<T> | undefined> {
  const context = contextOf(purpose, place)
  const known = ring.opened.get(sealed) as Remembered<T> | undefined
  if (known?.context === context) return known.opened
  const [header = '', ...parts] = sealed.split('.', 5)
  // First what costs nothing: a text that this ring did not seal is not decoded.
  const isWhole = parts.length === 3 && parts[0]?.length === IV_LENGTH && parts[2]?.length === TAG_LENGTH
  const key = isWhole ? await ring.find(header) : undefined
  if (!key) return undefined
  const [iv, ciphertext, tag] = parts.map(fromBase64Url)
  if (!iv || !ciphertext || !tag) return undefined
  const bytes = new Uint8Array(ciphertext.length + TAG_BYTES)
  bytes.set(ciphertext)
  bytes.set(tag, ciphertext.length)
  try {
    const algorithm = aesGcm(iv, header, context)
    const plaintext = await crypto.subtle.decrypt(algorithm, key.subkeys[purpose], bytes)
    const value = decode(JSON.parse(new TextDecoder().decode(plaintext)))
    const opened = { value, isSealedByNewest: key === (await ring.newest()) }
    ring.opened.set(sealed, { context, opened })
    return opened
  } catch {
    // A forged, foreign or damaged value is ordinary input: the caller decides what it means.
    return undefined
  }
}

/** The purpose and place of a value. In a JSON array each part has a clear end, also with unusual characters. */
function contextOf(purpose: Purpose, place: string): string {
  return JSON.stringify([FORMAT, purpose, place])
}

/** RFC 7516, section 5.1, step 14: the additional data follows the protected header. */
function aesGcm(iv: Uint8Array<ArrayBuffer>, header: string, context: string) {
  const additionalData = utf8(`${header}.${toBase64Url(utf8(context))}`)
  return { name: 'AES-GCM', iv, additionalData, tagLength: 128 }
}
