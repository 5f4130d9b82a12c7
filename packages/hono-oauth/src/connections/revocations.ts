import { isOAuthError } from '../errors.ts'
import type { Revocation, RevocationOutcome } from '../providers/contract.ts'
import type { EngineTools } from './engine-tools.ts'
import type { DocumentAddress } from './home.ts'
import { type ConnectionRecord, isSameToken } from './record.ts'
import { isOutage } from './retry.ts'
import { isSameRevocation, type PendingRevocation, postponeRevocation } from './revocation.ts'

// Longer than one try with a slow provider takes, in seconds.
const TAKEN_SECONDS = 60

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
    if (this.#tools.documents.isStrong) await noted
    else address.owner.waitUntil?.(noted)
    return outcome
  }

  /** Tries again what is due, and tells what is settled by it. */
  async settleDue(address: DocumentAddress, due: readonly PendingRevocation[]): Promise<void> {
    for (const { record } of due) {
      const pending = await this.#take(address, record)
      if (!pending) continue
      const { outcome, noted } = await this.#try(address, pending)
      const isMine = await noted
      if (!isMine || outcome === 'pending' || !pending.isDisconnect) continue
      const connection = this.#tools.summarize(pending.record)
      await this.#tools.tell({ type: 'revoked', connection, outcome, by: 'owner' })
    }
  }

  /**
   * Takes a revocation that is due, for a minute: others may have found it too, and a login may have made it
   * pointless meanwhile.
   */
  #take(address: DocumentAddress, of: ConnectionRecord): Promise<PendingRevocation | undefined> {
    const now = this.#tools.now()
    const taking = this.#tools.documents.update(address, (connections, revocations) => {
      const found = revocations.find(
        ({ record, retryAt }) => isSameToken(record, of) && retryAt <= now,
      )
      if (!found) return { connections, result: undefined }
      const result = { ...found, retryAt: now + TAKEN_SECONDS }
      const changed = revocations.map((each) => (each === found ? result : each))
      return { connections, revocations: changed, result }
    })
    return taking.catch(() => undefined)
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
    // An endpoint of its own, which may be down while the others are well.
    const circuit = `${record.provider} revocation`
    breaker.pass(circuit, now())
    try {
      const outcome = await provider(record.provider).revoke(record, backChannel)
      breaker.answered(circuit)
      return outcome
    } catch (error) {
      if (isOutage(error)) breaker.failed(circuit, now())
      else breaker.answered(circuit)
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
