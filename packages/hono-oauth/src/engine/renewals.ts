import type { RenewalReason } from '../connections/engine-contract.ts'
import type { ReportedEvent } from '../connections/events.ts'
import { hasCode, isOAuthError, isSpent, OAuthError } from '../errors.ts'
import { isStoreFailure } from '../stores/guard.ts'
import type { DocumentAddress } from '../vault/address.ts'
import { beginRevocation, isEndedWith, type PendingRevocation } from '../vault/pending-revocation.ts'
import {
  type ConnectionRecord,
  credentialOf,
  grantOf,
  isEnding,
  isOver,
  isRenewable,
  isSameToken,
  renewRecord,
} from '../vault/record.ts'
import type { RecordChange, StoredDocument } from '../vault/vault.ts'
import type { Renewal, RenewalFailures } from './renewal-failures.ts'
import { type IssuedTokens, RENEWAL_TIMEOUT_MS } from './renewal-memory.ts'
import { isTransient, MAX_ATTEMPTS, retry } from './retry.ts'
import type { Revoker } from './revoker.ts'
import { circuitOf, type EngineTools } from './tools.ts'

interface SavedRenewal {
  /** The record as it was found; `undefined` after a disconnect. */
  readonly found: ConnectionRecord | undefined
  readonly renewed?: ConnectionRecord
  /** Tokens that a login or a disconnect has made needless. */
  readonly needless?: PendingRevocation | undefined
}

const POLL_MS = 250
const MAX_SAVES = 3
const SAVE_PAUSE_MS = 300
const RETRY_AFTER_SECONDS = 5

/** Gives connections new access tokens: one request to the provider, however many callers ask. */
export class Renewals {
  readonly #tools: EngineTools
  readonly #failures: RenewalFailures
  readonly #revoker: Revoker

  constructor(tools: EngineTools, failures: RenewalFailures, revoker: Revoker) {
    this.#tools = tools
    this.#failures = failures
    this.#revoker = revoker
  }

  /**
   * Returns a record with an access token that works.
   *
   * @param stale - the record that the caller holds; when the stored record has another token by now, the stored
   *   record is returned and the provider is not asked
   * @throws OAuthError `needs_reauth` when the grant is gone, `not_connected` after a disconnect,
   *   `temporarily_unavailable` or `client_rejected` when it could not be renewed and the old token has
   *   ended, `store_unavailable`
   */
  async renew(address: DocumentAddress, stale: ConnectionRecord, reason: RenewalReason): Promise<ConnectionRecord> {
    const { record, isLeader } = await this.#join(address, stale, reason)
    // The leader kept the ending token, but the API has refused that token to this follower.
    const isRefusedToken = reason === 'refused' && !isLeader && isSameToken(record, stale)
    return isRefusedToken ? (await this.#join(address, stale, reason)).record : record
  }

  /** Tries the writes again that failed after a renewal. The provider is not asked again. */
  async saveUnsaved(): Promise<void> {
    const { unsaved } = this.#tools.memory
    for (const [replaced, { address, record }] of [...unsaved]) {
      try {
        await this.renew(address, record, 'ending')
      } catch (error) {
        if (isStoreFailure(error)) continue
      }
      // The tokens are stored, or a disconnect or another login has made them needless.
      unsaved.delete(replaced)
    }
  }

  async #join(address: DocumentAddress, stale: ConnectionRecord, reason: RenewalReason) {
    const events: ReportedEvent[] = []
    let isLeader = false
    try {
      const record = await this.#tools.memory.flights.join(stale.id, () => {
        isLeader = true
        const report = (event: ReportedEvent) => void events.push(event)
        return this.#lead({ address, record: stale, reason, report })
      })
      return { record, isLeader }
    } catch (error) {
      // The API has refused the token to the leader; this follower may still use it.
      const isTemporary = hasCode(error, 'temporarily_unavailable', 'client_rejected')
      if (isLeader || !isTemporary || !this.#isUsable(stale, reason)) throw error
      return { record: stale, isLeader }
    } finally {
      // Only the leader has events.
      for (const event of events) this.#tools.report(event, address.waitUntil)
    }
  }

  /** Takes turns with the leaders of other isolates until there is a record that works. */
  async #lead(renewal: Renewal): Promise<ConnectionRecord> {
    const { address, record: stale, reason } = renewal
    const { vault, leases, memory, pacing } = this.#tools
    const deadline = Date.now() + RENEWAL_TIMEOUT_MS
    let latest = stale
    for (;;) {
      const mayAsk = this.#mayAsk(latest, reason)
      const lease = mayAsk ? await leases.acquire(stale.id) : undefined
      try {
        // This read comes after the lease, so it sees what the last holder wrote.
        const stored = await vault.load(address)
        const found = stored.document.connections.find(({ id }) => id === stale.id)
        if (!found) throw new OAuthError('not_connected')
        latest = memory.recall(found)
        const isUnsaved = memory.unsaved.has(credentialOf(latest))
        if (!isUnsaved && this.#isSettled(latest, stale, reason)) return latest
        if (lease || isUnsaved) {
          const renewed = await this.#renewStored({ ...renewal, record: latest }, stored)
          // Without a record, another caller has written meanwhile: the next round reads that record.
          if (renewed) return renewed
        } else if (this.#isUsable(latest, reason)) return latest
      } finally {
        // The caller gets the token before the lease is released: a disconnect in between would end it.
        const released = lease?.release()
        if (released) address.waitUntil?.(released)
      }
      if (Date.now() + POLL_MS > deadline) throw unavailable()
      if (mayAsk && !lease) await pacing.pause(POLL_MS)
    }
  }

  /** Whether the provider may be asked now; if not, no lease is needed. */
  #mayAsk(record: ConnectionRecord, reason: RenewalReason): boolean {
    const { breaker, memory, pacing } = this.#tools
    if (breaker.errorWhileOpen(circuitOf(this.#tools, record), pacing.now(), record.id)) return false
    const isResting = (memory.restingUntil.get(record.id) ?? 0) > pacing.now()
    return !isResting || !this.#isUsable(record, reason)
  }

  /**
   * Whether the stored record is to be used as it is: another caller has renewed it, or the provider may not be
   * asked now and the token still lives.
   *
   * @throws OAuthError `needs_reauth`, or `temporarily_unavailable` while the circuit is open
   */
  #isSettled(record: ConnectionRecord, stale: ConnectionRecord, reason: RenewalReason): boolean {
    const { breaker, pacing, provider } = this.#tools
    const now = pacing.now()
    if (record.health === 'needs_reauth') throw new OAuthError('needs_reauth')
    const isLast = !isRenewable(provider(record.provider), record)
    const hasEnded = isLast ? isOver(record, now) : isEnding(record, now)
    if (!isSameToken(record, stale) && !hasEnded) return true
    if (isLast) throw new OAuthError('needs_reauth')
    if (this.#mayAsk(record, reason)) return false
    if (this.#isUsable(record, reason)) return true
    throw breaker.errorWhileOpen(circuitOf(this.#tools, record), now, record.id) ?? unavailable()
  }

  /** @returns `undefined` when another caller has changed the stored record meanwhile */
  async #renewStored(renewal: Renewal, stored: StoredDocument): Promise<ConnectionRecord | undefined> {
    const { memory, breaker, pacing } = this.#tools
    const { record, reason } = renewal
    const { provider, owner } = renewal.address
    const replaced = credentialOf(record)
    let issued: IssuedTokens | undefined = memory.unsaved.get(replaced)
    try {
      issued ??= await this.#request(record, reason)
    } catch (error) {
      const latest = await this.#failures.note(renewal, error)
      if (this.#isUsable(latest, reason) || !isSameToken(latest, record)) return latest
      const open = breaker.errorWhileOpen(circuitOf(this.#tools, record), pacing.now(), record.id)
      throw isTransient(error) ? unavailable(error, open) : error
    }
    // Until the tokens are stored, this isolate alone has them.
    memory.unsaved.set(replaced, { ...issued, address: { provider, owner: { key: owner.key } }, record })
    const saved = await this.#saveSurely(renewal, stored, issued)
    memory.unsaved.delete(replaced)
    return saved
  }

  #request(record: ConnectionRecord, reason: RenewalReason): Promise<IssuedTokens> {
    const { breaker, backChannel, memory, pacing, provider, observe } = this.#tools
    const { now } = pacing
    const spent = memory.spent.get(credentialOf(record))
    if (spent) return Promise.reject(spent)
    const ask = async (leftMs: number): Promise<IssuedTokens> => {
      const askedAt = now()
      const inTime = backChannel.within(leftMs)
      const renewing = provider(record.provider).renew?.(grantOf(record), inTime, askedAt)
      if (!renewing) throw new OAuthError('needs_reauth')
      return { tokens: await renewing, askedAt }
    }
    const { provider: name, id } = record
    const endpoint = circuitOf(this.#tools, record)
    const options = {
      // A caller whose token still lives does not wait for a second try.
      attempts: this.#isUsable(record, reason) ? 1 : MAX_ATTEMPTS,
      mayRetry: (error: unknown) =>
        isTransient(error) && !isSpent(error) && !breaker.errorWhileOpen(endpoint, now(), id),
    }
    return observe({ name: 'renewal', provider: name }, () =>
      retry((leftMs) => breaker.run(endpoint, now, id, () => ask(leftMs)), pacing, options),
    )
  }

  /** Tries the write a few times: the tokens exist nowhere else. */
  async #saveSurely(renewal: Renewal, stored: StoredDocument, issued: IssuedTokens) {
    const { pause, random } = this.#tools.pacing
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#save(renewal, attempt === 1 ? stored : undefined, issued)
      } catch (error) {
        if (!isStoreFailure(error)) throw error
        await this.#tools.memory.keepUnsaved?.(credentialOf(renewal.record))
        if (attempt === MAX_SAVES) throw error
        await pause(SAVE_PAUSE_MS * attempt * (1 + random()))
      }
    }
  }

  async #save(
    { address, record, report }: Renewal,
    stored: StoredDocument | undefined,
    { tokens, askedAt }: IssuedTokens,
  ): Promise<ConnectionRecord | undefined> {
    const { vault, memory, pacing, provider } = this.#tools
    const { found, renewed, needless } = await vault.updateRecord(
      address,
      record.id,
      (found, connections): RecordChange<SavedRenewal> => {
        if (found && isSameToken(found, record)) {
          const renewed = renewRecord(found, tokens, askedAt, pacing.random)
          return { replacement: renewed, result: { found, renewed } }
        }
        const late = renewRecord(record, tokens, askedAt, pacing.random)
        // The store wrote an earlier attempt although it reported a failure.
        if (found && isSameToken(found, late)) return { result: { found: record, renewed: found } }
        // A disconnect or another login came first: these tokens will not be used. A login after the disconnect may have
        // the same grant.
        const isNeeded = connections.some((one) => isEndedWith(provider(late.provider), late, one))
        const needless = late.revocable && !isNeeded ? beginRevocation(late, false, pacing.now()) : undefined
        return { revocation: needless, result: { found, needless } }
      },
      stored,
    )
    memory.restingUntil.delete(record.id)
    if (needless) await this.#revoker.settle(address, needless)
    if (!found) throw new OAuthError('not_connected')
    if (!renewed) return undefined
    report({ type: 'refreshed', record: renewed })
    if (record.health === 'degraded') report({ type: 'recovered', record: renewed })
    return renewed
  }

  /** Whether the caller may use the access token although it is about to be renewed. */
  #isUsable(record: ConnectionRecord, reason: RenewalReason): boolean {
    const isLive = record.health !== 'needs_reauth' && !isOver(record, this.#tools.pacing.now())
    return reason === 'ending' && isLive
  }
}

/** @param open - the error while the circuit is open, if it is */
function unavailable(cause?: unknown, open?: OAuthError): OAuthError {
  const told = isOAuthError(cause) ? cause.retryAfterSeconds : undefined
  const retryAfterSeconds = open?.retryAfterSeconds ?? told ?? RETRY_AFTER_SECONDS
  return new OAuthError('temporarily_unavailable', { retryAfterSeconds, cause })
}
