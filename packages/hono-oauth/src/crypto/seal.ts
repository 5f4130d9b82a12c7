import { flattenedDecrypt } from 'jose/jwe/flattened/decrypt'
import { FlattenedEncrypt } from 'jose/jwe/flattened/encrypt'
import { fromBase64Url, toBase64Url, utf8 } from './encoding.ts'
import type { KeyRing, Purpose } from './key-ring.ts'

const FORMAT = 'v1'

/**
 * Seals a JSON value: a JWE (`dir`, A256GCM) whose additional data is not stored but comes from
 * where the value stands, so that a value moved to another place does not open.
 *
 * @param ring - the newest key seals
 * @param purpose - picks the subkey
 * @param place - where the value stands: its cookie's name, its storage key
 * @returns `protected.iv.ciphertext.tag`, each in base64url
 * @see {@link https://www.rfc-editor.org/rfc/rfc7516#section-5.1 | RFC 7516 - section 5.1}
 */
export async function seal(
  ring: KeyRing,
  purpose: Purpose,
  place: string,
  value: unknown,
): Promise<string> {
  const { kid, subkeys } = await ring.newest()
  const jwe = await new FlattenedEncrypt(utf8(JSON.stringify(value)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
    .setAdditionalAuthenticatedData(additionalData(purpose, place))
    .encrypt(subkeys[purpose])
  return [jwe.protected, jwe.iv, jwe.ciphertext, jwe.tag].join('.')
}

/**
 * Opens a sealed value.
 *
 * @returns the value, or `undefined` when it was not sealed by this ring for this purpose and place
 */
export async function open(
  ring: KeyRing,
  purpose: Purpose,
  place: string,
  sealed: string,
): Promise<unknown> {
  const parts = sealed.split('.')
  if (parts.length !== 4 || !parts.every(fromBase64Url)) return undefined
  const [header = '', iv = '', ciphertext = '', tag = ''] = parts
  const aad = toBase64Url(additionalData(purpose, place))
  try {
    const { plaintext } = await flattenedDecrypt(
      { protected: header, iv, ciphertext, tag, aad },
      async ({ kid } = {} as never) => {
        const key = await ring.find(kid)
        if (!key) throw new Error('no key of the ring has this id')
        return key.subkeys[purpose]
      },
      { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    )
    return JSON.parse(new TextDecoder().decode(plaintext))
  } catch {
    // A forged, foreign or damaged value is an ordinary input here: the caller decides what it means.
    return undefined
  }
}

/** The id of the key that a value says it was sealed with; `undefined` when it says none. */
export function keyIdOf(sealed: string): string | undefined {
  try {
    const header = fromBase64Url(sealed.split('.', 1)[0] ?? '')
    const { kid } = JSON.parse(new TextDecoder().decode(header)) as { kid?: unknown }
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}

/** Whether a value was sealed with the key that seals now. */
export async function isSealedByNewest(ring: KeyRing, sealed: string): Promise<boolean> {
  return keyIdOf(sealed) === (await ring.newest()).kid
}

/** A JSON array keeps the parts apart, whatever characters they hold. */
function additionalData(purpose: Purpose, place: string): Uint8Array {
  return utf8(JSON.stringify([FORMAT, purpose, place]))
}
