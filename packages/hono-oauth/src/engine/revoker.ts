import type { RevocationOutcome } from '../providers/contract.ts'
import type { DocumentAddress } from '../vault/address.ts'
import { type PendingRevocation, postponeRevocation } from '../vault/pending-revocation.ts'
import { type ConnectionRecord, grantOf, isSameToken } from '../vault/record.ts'
import { retryAfterOf } from './retry.ts'
import { circuitOf, type EngineTools } from './tools.ts'

// Longer than one try with a slow provider takes, in seconds.
const CLAIM_SECONDS = 60

/** Revokes grants at their providers, and tries again after a failure. */
export class Revoker {
  readonly #tools: EngineTools

  constructor(tools: EngineTools) {
    this.#tools = tools
  }

  /**
   * Tries a stored revocation, and stores its outcome. When that write fails, the revocation is still stored and is
   * tried again.
   */
  async settle(address: DocumentAddress, pending: PendingRevocation): Promise<RevocationOutcome> {
    const { outcome, noted } = await this.#try(address, pending)
    // Workers KV makes a second write to a key wait for a second; the caller does not wait for it.
    if (this.#tools.vault.isConsistent) await noted
    else address.waitUntil?.(noted)
    return outcome
  }

  /** Tries due revocations again, and reports each that has ended a disconnect. */
  async settleDue(address: DocumentAddress, due: readonly PendingRevocation[]): Promise<void> {
    for (const { record } of due) {
      const pending = await this.#claim(address, record)
      if (!pending) continue
      const { outcome, noted } = await this.#try(address, pending)
      if (!(await noted) || outcome === 'pending' || !pending.isDisconnect) continue
      this.#tools.report({ type: 'revoked', record: pending.record, outcome, by: 'owner' }, address.waitUntil)
    }
  }

  /** Claims a due revocation for a minute; `undefined` when another request has claimed it or a login removed it. */
  #claim(address: DocumentAddress, of: ConnectionRecord): Promise<PendingRevocation | undefined> {
    const { vault, pacing } = this.#tools
    const now = pacing.now()
    const claiming = vault.update(address, (connections, revocations) => {
      const found = revocations.find(({ record, retryAt }) => isSameToken(record, of) && retryAt <= now)
      if (!found) return { connections, result: undefined }
      const result = { ...found, retryAt: now + CLAIM_SECONDS }
      const changed = revocations.map((each) => (each === found ? result : each))
      return { connections, revocations: changed, result }
    })
    return claiming.catch(() => undefined)
  }

  /** @returns the outcome; `noted` settles after its write: whether the revocation was still stored */
  async #try(address: DocumentAddress, pending: PendingRevocation) {
    const { breaker, backChannel, pacing, provider, observe } = this.#tools
    const { record } = pending
    try {
      // The revocation endpoint may be down while the others are available.
      const outcome = await observe({ name: 'revocation', provider: record.provider }, () =>
        breaker.run(`${circuitOf(this.#tools, record)} revocation`, pacing.now, record.id, () =>
          provider(record.provider).revoke(grantOf(record), backChannel, pacing.now()),
        ),
      )
      return { outcome, noted: this.#note(address, pending) }
    } catch (error) {
      const next = postponeRevocation(pending, pacing.now(), pacing.random, retryAfterOf(error))
      const outcome: RevocationOutcome = next ? 'pending' : 'deleted_only'
      return { outcome, noted: this.#note(address, pending, next) }
    }
  }

  #note(address: DocumentAddress, pending: PendingRevocation, next?: PendingRevocation): Promise<boolean> {
    const noting = this.#tools.vault.update(address, (connections, revocations) => {
      const token = pending.record.accessToken.reveal()
      const others = revocations.filter(({ record }) => record.accessToken.reveal() !== token)
      const isThere = others.length < revocations.length
      const changed = next && isThere ? [...others, next] : others
      return { connections, revocations: isThere ? changed : undefined, result: isThere }
    })
    return noting.catch(() => false)
  }
}
