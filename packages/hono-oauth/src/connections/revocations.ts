import { isOAuthError } from '../errors.ts'
import type { Revocation, RevocationOutcome } from '../providers/contract.ts'
import type { EngineTools } from './engine-tools.ts'
import type { DocumentAddress } from './home.ts'
import { isTransient } from './retry.ts'
import { isSameRevocation, type PendingRevocation, postponeRevocation } from './revocation.ts'

interface Attempt {
  readonly outcome: RevocationOutcome
  /** Ends when it is written down; whether it was still there to be changed. */
  readonly noted: Promise<boolean>
}

/** Ends grants at their providers, and tries again what did not succeed. */
export class Revocations {
  readonly #tools: EngineTools

  constructor(tools: EngineTools) {
    this.#tools = tools
  }

  /**
   * Tries a revocation that is written down, and notes what came of it. A store that fails here loses
   * nothing: what is written down is tried again.
   */
  async settle(address: DocumentAddress, pending: PendingRevocation): Promise<RevocationOutcome> {
    const { outcome, noted } = await this.#try(address, pending)
    // Such a store makes the second write to a key wait for a second: nobody should wait with it.
    if (this.#tools.documents.guarantees.writesPerKeyPerSecond === null) await noted
    else address.owner.waitUntil?.(noted)
    return outcome
  }

  /** Tries again what is due, and tells what is settled by it. */
  async settleDue(address: DocumentAddress, due: readonly PendingRevocation[]): Promise<void> {
    for (const pending of due) {
      const { outcome, noted } = await this.#try(address, pending)
      // Others may have found it due as well: it is told by the one who notes it.
      const isMine = await noted
      if (!isMine || outcome === 'pending' || !pending.isDisconnect) continue
      const connection = this.#tools.summarize(pending.record)
      await this.#tools.tell({ type: 'revoked', connection, outcome, by: 'owner' })
    }
  }

  async #try(address: DocumentAddress, pending: PendingRevocation): Promise<Attempt> {
    const { now, random } = this.#tools
    try {
      const outcome = await this.#revoke(pending)
      return { outcome, noted: this.#note(address, pending, undefined) }
    } catch (error) {
      const retryAfter = isOAuthError(error) ? error.retryAfterSeconds : undefined
      const next = postponeRevocation(pending, now(), random, retryAfter)
      const outcome = next ? 'pending' : 'deleted_only'
      return { outcome, noted: this.#note(address, pending, next) }
    }
  }

  async #revoke({ record }: PendingRevocation): Promise<Revocation> {
    const { breaker, backChannel, now, provider } = this.#tools
    const { provider: name } = record
    breaker.pass(name, now())
    try {
      const outcome = await provider(name).revoke(record, backChannel)
      breaker.answered(name)
      return outcome
    } catch (error) {
      if (isTransient(error)) breaker.failed(name, now())
      else breaker.answered(name)
      throw error
    }
  }

  async #note(
    address: DocumentAddress,
    pending: PendingRevocation,
    next: PendingRevocation | undefined,
  ): Promise<boolean> {
    const noting = this.#tools.documents.update(address, (connections, revocations) => {
      const others = revocations.filter((each) => !isSameRevocation(each, pending))
      const isKnown = others.length < revocations.length
      const changed = next && isKnown ? [...others, next] : others
      return { connections, revocations: isKnown ? changed : undefined, result: isKnown }
    })
    return noting.catch(() => false)
  }
}
