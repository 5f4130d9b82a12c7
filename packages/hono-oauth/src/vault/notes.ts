import { digest } from '../crypto/encoding.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'
import type { ProviderNotes } from '../providers/contract.ts'
import type { Store } from '../stores/contract.ts'
import { guardStore, guardWrite } from '../stores/guard.ts'

const DIGEST_LENGTH = 32

/**
 * The notes of one provider: one entry for each name, which no owner has. A note that does not open counts as one that
 * was never written.
 */
export function providerNotes(store: Store, ring: KeyRing, provider: string): ProviderNotes {
  const keyOf = async (name: string) => `notes/${provider}/${await digest(name, DIGEST_LENGTH)}`
  return {
    async read(name) {
      const key = await keyOf(name)
      const sealed = await guardStore(() => store.get(key))
      return sealed === null ? undefined : (await open<string>(ring, 'record', key, sealed))?.value
    },
    async write(name, text, ttlSeconds) {
      const key = await keyOf(name)
      const sealed = await seal(ring, 'record', key, text)
      await guardWrite(() => store.put(key, sealed, { ttlSeconds }))
    },
  }
}
