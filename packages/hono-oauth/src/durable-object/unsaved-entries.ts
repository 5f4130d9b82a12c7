import type { RenewalMemory } from '../engine/renewal-memory.ts'
import type { RenewedTokens } from '../providers/contract.ts'
import type { Store } from '../stores/contract.ts'
import { addressOf } from '../vault/address.ts'
import { type ConnectionRecord, credentialOf } from '../vault/record.ts'
import type { Vault } from '../vault/vault.ts'

const PREFIX = 'unsaved/'
// Longer than a failure that passes; an entry that does not open ends then. Seconds.
const TTL_SECONDS = 7 * 24 * 60 * 60

export type UnsavedEntries = ReturnType<typeof unsavedEntries>

/**
 * The tokens of renewals whose document could not be written, each in an entry of its own. The entry is new and small, so
 * the storage may take it where it does not take the document, and then the tokens outlive this instance of the object.
 */
export function unsavedEntries(store: Store, vault: Pick<Vault, 'seal' | 'open'>, memory: RenewalMemory) {
  /** The keys of the entries, by the credential that the tokens replace. */
  const keys = new Map<string, string>()
  let isRecalled = false

  memory.keepUnsaved = async (replaced) => {
    const unsaved = memory.unsaved.get(replaced)
    if (!unsaved || keys.has(replaced)) return
    const { address, record, tokens, askedAt: generation } = unsaved
    const { provider, owner } = address
    const key = `${PREFIX}${provider}/${owner.key}/${record.id}`
    // A token response has some members of a record, and is sealed as one.
    const connections = [record, tokens as ConnectionRecord]
    const sealed = await vault.seal(key, provider, { generation, connections, revocations: [] })
    try {
      await store.put(key, sealed, { ttlSeconds: TTL_SECONDS })
      keys.set(replaced, key)
    } catch {
      // The storage takes nothing now: the next attempt to save comes here again.
    }
  }

  return {
    /** How many renewals have tokens that are not in their document. */
    count: () => memory.unsaved.size,

    /** Takes over, once, what an earlier instance of the object has kept. */
    async recall(): Promise<void> {
      if (isRecalled) return
      for (const key of (await store.list(PREFIX)).keys) {
        const address = addressOf(key)
        const opened = await vault.open(key, address.provider, String(await store.get(key)))
        if (!opened) continue
        const { connections, generation: askedAt } = opened.value
        const [record, tokens] = connections as [ConnectionRecord, RenewedTokens]
        const replaced = credentialOf(record)
        memory.unsaved.set(replaced, { tokens, askedAt, address, record })
        keys.set(replaced, key)
      }
      isRecalled = true
    },

    /** Drops the entries of tokens that are saved or needless by now. */
    async tidy(): Promise<void> {
      for (const [replaced, key] of keys) {
        if (memory.unsaved.has(replaced)) continue
        await store.delete(key)
        keys.delete(replaced)
      }
    },
  }
}
