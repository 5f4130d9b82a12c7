import type { RenewalReason } from '../connections/engine-contract.ts'
import type { Report } from '../connections/events.ts'
import { hasCode, isOAuthError, isSpent, isUnknownRefusal, OAuthError } from '../errors.ts'
import { isStoreFailure } from '../stores/guard.ts'
import type { DocumentAddress } from '../vault/address.ts'
import { type ConnectionRecord, credentialOf, isOver, isSameToken, offersLogin } from '../vault/record.ts'
import { retryAfterOf } from './retry.ts'
import type { EngineTools } from './tools.ts'

/** One renewal: the record whose tokens it replaces. */
export interface Renewal {
  readonly address: DocumentAddress
  readonly record: ConnectionRecord
  readonly reason: RenewalReason
  /** Collects the events, which the leader reports at the end. */
  readonly report: Report
}

// After a failure the provider is not asked again for this time while the old token lives. Seconds.
const REST_SECONDS = 30
const LAST_PAUSE_SECONDS = 60 * 60

/** Stores what a failed renewal means for its connection. */
export class RenewalFailures {
  readonly #tools: EngineTools

  constructor(tools: EngineTools) {
    this.#tools = tools
  }

  /**
   * Stores what a failure means, unless another caller has stored newer tokens.
   *
   * @returns the record as it is stored now
   * @throws OAuthError `needs_reauth` when the grant is gone, `not_connected` after a disconnect
   */
  async note(renewal: Renewal, error: unknown): Promise<ConnectionRecord> {
    const { record } = renewal
    if (!isOAuthError(error)) return this.#degrade(renewal, error)
    // RFC 6749, section 5.2, `invalid_grant`: the grant is gone, or another caller has used the token.
    if (error.code === 'needs_reauth') return this.#end(renewal, error)
    // The circuit was open: the provider was not asked.
    if (error.code === 'temporarily_unavailable') return record
    const isRotating = this.#tools.provider(record.provider).refreshTokens === 'rotating'
    return isRotating && isSpent(error) ? this.#dropRefreshToken(renewal, error) : this.#degrade(renewal, error)
  }

  /** Marks a connection whose token is dead and that nothing can renew, if it is still there. */
  async markDead(address: DocumentAddress, record: ConnectionRecord): Promise<void> {
    const noted = await this.#change(address, record, asEnded).catch((error: unknown) => {
      if (!hasCode(error, 'not_connected')) throw error
    })
    if (noted?.isChanged) this.#tools.report({ type: 'needs_reauth', record: noted.latest }, address.waitUntil)
  }

  async #end({ address, record, report }: Renewal, error: OAuthError): Promise<ConnectionRecord> {
    // The caller gets the provider's error, also when the store fails now.
    const { latest, isChanged } = await this.#change(address, record, asEnded).catch((failure) => {
      throw isStoreFailure(failure) ? error : failure
    })
    this.#tools.memory.restingUntil.delete(record.id)
    if (isChanged) report({ type: 'needs_reauth', record: latest })
    if (latest.health === 'needs_reauth') throw error
    return latest
  }

  /** The provider has answered with success and used up the refresh token: it is never sent again. */
  async #dropRefreshToken({ address, record, report }: Renewal, error: OAuthError): Promise<ConnectionRecord> {
    const { memory, pacing } = this.#tools
    // The memory holds this also when the store fails now.
    memory.spent.set(credentialOf(record), error)
    const { latest, isChanged } = await this.#change(address, record, (stored) => {
      const health = isOver(stored, pacing.now()) ? 'needs_reauth' : 'active'
      return { ...stored, health, refreshToken: undefined, renewAt: undefined }
    })
    const hasEnded = latest.health === 'needs_reauth'
    if (isChanged && hasEnded) report({ type: 'needs_reauth', record: latest })
    if (isChanged && !hasEnded) report({ type: 'degraded', record: latest, code: error.code })
    if (hasEnded) throw new OAuthError('needs_reauth', { cause: error })
    return latest
  }

  async #degrade({ address, record, report }: Renewal, error: unknown): Promise<ConnectionRecord> {
    const { memory, pacing } = this.#tools
    const { now, random } = pacing
    const retryAfter = retryAfterOf(error)
    memory.restingUntil.set(record.id, now() + Math.max(REST_SECONDS, retryAfter))
    const degraded = (stored: ConnectionRecord): ConnectionRecord => {
      const failures = (stored.failures ?? 0) + 1
      const refused = isUnknownRefusal(error) && {
        refusals: (stored.refusals ?? 0) + 1,
        refusedSince: stored.refusedSince ?? now(),
      }
      const degraded = { ...stored, ...refused, health: 'degraded' as const, failures, failedAt: now() }
      const doubled = Math.min(REST_SECONDS * 2 ** (failures - 1), LAST_PAUSE_SECONDS)
      const pause = offersLogin(degraded, now()) ? LAST_PAUSE_SECONDS : doubled
      const renewAt = Math.ceil(now() + Math.max(pause * (1 + random() / 2), retryAfter))
      return { ...degraded, renewAt }
    }
    const { latest, before, isChanged } = await this.#change(address, record, degraded).catch((failure) => {
      if (!isStoreFailure(failure)) throw failure
      return { latest: record, before: record, isChanged: false }
    })
    if (isChanged && before.health !== 'degraded') {
      const code = isOAuthError(error) ? error.code : 'provider_unavailable'
      report({ type: 'degraded', record: latest, code })
    }
    return latest
  }

  /**
   * Changes the stored record if it still holds the tokens of the failed renewal and has not ended. Where a read may
   * be late, this isolate only remembers the change: a write could undo a concurrent login or disconnect.
   */
  async #change(
    address: DocumentAddress,
    record: ConnectionRecord,
    change: (stored: ConnectionRecord) => ConnectionRecord,
  ) {
    const { vault, memory } = this.#tools
    const changed = (found: ConnectionRecord | undefined) => {
      if (!found) throw new OAuthError('not_connected')
      const isChanged = isSameToken(found, record) && found.health !== 'needs_reauth'
      return { latest: isChanged ? change(found) : found, before: found, isChanged }
    }
    if (vault.isConsistent) {
      return vault.updateRecord(address, record.id, (stored) => {
        const result = changed(stored)
        return { replacement: result.isChanged ? result.latest : undefined, result }
      })
    }
    const { document } = await vault.load(address)
    const stored = document.connections.find(({ id }) => id === record.id)
    const result = changed(stored && memory.recall(stored))
    if (stored && result.isChanged) memory.note(stored, result.latest)
    return result
  }
}

function asEnded(stored: ConnectionRecord): ConnectionRecord {
  return { ...stored, health: 'needs_reauth' }
}
