import { configurationError } from '../errors.ts'
import { fromBase64, toBase64Url, utf8 } from './encoding.ts'
import { OpenedValues } from './opened-values.ts'

const PURPOSES = ['transaction', 'session', 'record', 'login-link', 'notice'] as const

/** What a sealed value is for: a value that was sealed for one purpose does not open for another. */
export type Purpose = (typeof PURPOSES)[number]

const KEY_BYTES = 32
// 32 random bytes hold about 30 different values; with fewer than 16 the key was typed or repeated.
const MIN_DISTINCT_BYTES = 16

// `CryptoKey`, which the types of some runtimes do not name.
type SubKey = Awaited<ReturnType<typeof crypto.subtle.deriveKey>>

/** One key of the ring, with its subkey for each purpose. */
export interface RingKey {
  /** The protected header of all values that the key seals, in base64url; it holds the key's id (`kid`). */
  readonly header: string
  readonly subkeys: Readonly<Record<Purpose, SubKey>>
}

/**
 * The keys that seal and open, newest first: the first seals, all of them open.
 *
 * Subkeys are derived once, on first use, and kept as values: a promise that outlives its request would
 * never settle in workerd when that request is cancelled.
 */
export class KeyRing {
  /** The values that were opened with this ring. */
  readonly opened = new OpenedValues()
  readonly #secrets: readonly Uint8Array<ArrayBuffer>[]
  #keys: readonly RingKey[] | undefined

  /**
   * @param keys - base64 or base64url texts of 32 random bytes each, newest first; one string may
   *   hold several, separated by commas or white space
   * @throws OAuthError `configuration_invalid`, naming the key by its position
   */
  constructor(keys: string | readonly string[]) {
    this.#secrets = parseKeys(keys)
  }

  /** The key that seals. */
  async newest(): Promise<RingKey> {
    const [newest] = await this.#ring()
    if (!newest) throw configurationError('keys', 'holds no key')
    return newest
  }

  /** The key that seals with this header, if it is in the ring. */
  async find(header: string): Promise<RingKey | undefined> {
    return (await this.#ring()).find((key) => key.header === header)
  }

  async #ring(): Promise<readonly RingKey[]> {
    this.#keys ??= await Promise.all(this.#secrets.map(deriveRingKey))
    return this.#keys
  }
}

function parseKeys(keys: string | readonly string[]): Uint8Array<ArrayBuffer>[] {
  const texts = typeof keys === 'string' ? keys.split(/[\s,]+/).filter(Boolean) : (keys ?? [])
  if (texts.length === 0) {
    throw configurationError('keys', 'is missing: set it to the output of `openssl rand -base64 32`')
  }
  return texts.map((text, index) => {
    const setting = `keys[${index}]`
    const bytes = fromBase64(text)
    if (bytes?.length !== KEY_BYTES) {
      throw configurationError(setting, 'is not 32 bytes in base64 or base64url: use `openssl rand -base64 32`')
    }
    if (isWeak(bytes)) throw configurationError(setting, 'is not random: use `openssl rand -base64 32`')
    return bytes
  })
}

/** Whether the bytes of a key were typed, repeated or counted up: 32 random bytes have no such pattern. */
function isWeak(bytes: Uint8Array): boolean {
  const half = bytes.length / 2
  const repeats = bytes.slice(0, half).every((byte, index) => byte === bytes[index + half])
  const steps = new Set(bytes.slice(1).map((byte, index) => byte - (bytes[index] ?? 0)))
  return repeats || steps.size === 1 || new Set(bytes).size < MIN_DISTINCT_BYTES
}

async function deriveRingKey(secret: Uint8Array<ArrayBuffer>): Promise<RingKey> {
  const root = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits', 'deriveKey'])
  const hkdf = (info: string) => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: utf8(`hono-oauth/v1/${info}`),
  })
  const kid = toBase64Url(new Uint8Array(await crypto.subtle.deriveBits(hkdf('kid'), root, 48)))
  const subkeys = await Promise.all(
    PURPOSES.map(async (purpose) => {
      const algorithm = { name: 'AES-GCM', length: 256 }
      const key = await crypto.subtle.deriveKey(hkdf(purpose), root, algorithm, false, ['encrypt', 'decrypt'])
      return [purpose, key] as const
    }),
  )
  const header = toBase64Url(utf8(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid })))
  return { header, subkeys: Object.fromEntries(subkeys) as Record<Purpose, SubKey> }
}
