import { randomText } from '../crypto/encoding.ts'
import { isOAuthError, OAuthError } from '../errors.ts'
import type { RecordChange } from './documents.ts'
import type { EngineTools } from './engine-tools.ts'
import type { EventDetails } from './events.ts'
import { FailedRenewals, isStoreFailure } from './failed-renewals.ts'
import { isRenewable } from './health.ts'
import type { DocumentAddress, RenewalReason } from './home.ts'
import {
  type ConnectionRecord,
  credentialOf,
  isEnding,
  isOver,
  isSameToken,
  type Lease,
  renewRecord,
} from './record.ts'
import { RENEWAL_PATIENCE_MS, type RenewalMemory, type WonTokens } from './renewal-memory.ts'
import type { Slot } from './renewal-slots.ts'
import { isOutage, isTransient, MAX_ATTEMPTS, tryPatiently } from './retry.ts'
import { beginRevocation, isEndedWith, type PendingRevocation } from './revocation.ts'
import type { Revocations } from './revocations.ts'

type Events = EventDetails[]

interface Claim {
  readonly state: 'usable' | 'mine' | 'busy' | 'dead'
  readonly record: ConnectionRecord
}

interface Saved {
  /** The record as it was found; `undefined` after a disconnect. */
  readonly latest: ConnectionRecord | undefined
  readonly renewed?: ConnectionRecord
  /** What was won too late. */
  readonly late?: PendingRevocation | undefined
}

// Longer than the 15 seconds that all tries with the provider may take, with a slow store behind them.
const LEASE_SECONDS = 30
const POLL_MS = 250
const HOLDER_BYTES = 9
const MAX_SAVES = 3
const SAVE_PAUSE_MS = 300
const RETRY_AFTER_SECONDS = 5

/** Gives connections new access tokens: one request to the provider, however many ask. */
export class Renewals {
  readonly #tools: EngineTools
  readonly #revocations: Revocations
  readonly #failed: FailedRenewals
  readonly #memory: RenewalMemory

  constructor(tools: EngineTools, revocations: Revocations) {
    this.#tools = tools
    this.#memory = tools.renewals
    this.#revocations = revocations
    this.#failed = new FailedRenewals(tools)
  }

  /**
   * Gets the record with an access token that works.
   *
   * @param stale - the record that somebody holds; when the stored one has another token by now, that
   *   one is the answer, and nobody is asked
   * @throws OAuthError `needs_reauth` when the grant is gone, `not_connected` after a disconnect,
   *   `temporarily_unavailable` or `client_rejected` when it could not be renewed and the old token is
   *   over, `store_unavailable`
   */
  async renew(
    address: DocumentAddress,
    stale: ConnectionRecord,
    reason: RenewalReason,
  ): Promise<ConnectionRecord> {
    const joined = await this.#join(address, stale, reason)
    // The flight of somebody who only wanted a better token: this one was refused, and is no answer.
    const isNoHelp = reason === 'refused' && joined.isGuest && isSameToken(joined.record, stale)
    return isNoHelp ? (await this.#join(address, stale, reason)).record : joined.record
  }

  async #join(address: DocumentAddress, stale: ConnectionRecord, reason: RenewalReason) {
    const events: Events = []
    const lead = { isGuest: true }
    try {
      const record = await this.#memory.flights.join(stale.id, () => {
        lead.isGuest = false
        return this.#lead(address, stale, reason, events)
      })
      return { record, ...lead }
    } catch (error) {
      // The flight of somebody whose token was refused: this one still lives.
      const isFine =
        lead.isGuest && isTemporary(error) && isUsable(stale, reason, this.#tools.now())
      if (isFine) return { record: stale, ...lead }
      throw error
    } finally {
      // Only whoever led has any: the others do not wait for the app's listener.
      await Promise.all(events.map((event) => this.#tools.tell(event)))
    }
  }

  async #lead(
    address: DocumentAddress,
    stale: ConnectionRecord,
    reason: RenewalReason,
    events: Events,
  ): Promise<ConnectionRecord> {
    const holder = `${this.#memory.isolate}.${randomText(HOLDER_BYTES)}`
    this.#memory.holders.add(holder)
    try {
      return await this.#leadAs(holder, address, stale, reason, events)
    } finally {
      this.#memory.holders.delete(holder)
    }
  }

  async #leadAs(
    holder: string,
    address: DocumentAddress,
    stale: ConnectionRecord,
    reason: RenewalReason,
    events: Events,
  ): Promise<ConnectionRecord> {
    const givenUpAt = Date.now() + RENEWAL_PATIENCE_MS
    for (;;) {
      const { state, record } = await this.#claim(holder, address, stale, reason)
      if (state === 'usable') return record
      if (state === 'dead') return this.#failed.refuse(address, record, events)
      if (state === 'mine') {
        const renewed = await this.#renewMine(address, record, reason, events)
        // What somebody else wrote meanwhile is read anew: it may be over by now as well.
        if (renewed) return renewed
        continue
      }
      // Somebody else is at it, and what they win will be there to read.
      if (isUsable(record, reason, this.#tools.now())) return record
      if (Date.now() + POLL_MS > givenUpAt) throw unavailable()
      await this.#tools.pause(POLL_MS)
    }
  }

  /** Reads what is stored now, and writes down that its renewal is on its way. */
  #claim(
    holder: string,
    address: DocumentAddress,
    stale: ConnectionRecord,
    reason: RenewalReason,
  ): Promise<Claim> {
    const { documents, now, breaker, slots, maxRenewalsAtOnce } = this.#tools
    return documents.updateRecord<Claim>(address, stale.id, (record) => {
      if (!record) throw new OAuthError('not_connected')
      const found = (state: Claim['state']) => ({ result: { state, record } })
      const provider = this.#tools.provider(record.provider)
      // What was won already only has to be written, whatever others took its absence for.
      if (this.#memory.unsaved.has(credentialOf(record))) return found('mine')
      if (record.health === 'needs_reauth') throw new OAuthError('needs_reauth')
      const isLast = !isRenewable(provider, record)
      const isOld = isLast ? isOver(record, now()) : isEnding(record, now())
      // Somebody was faster, and what they won is still good.
      if (!isSameToken(record, stale) && !isOld) return found('usable')
      if (isLast) throw new OAuthError('needs_reauth')
      if (this.#failed.isConfirmed(record)) return found('dead')
      const objection = this.#failed.objection(record) ?? breaker.objection(record.provider, now())
      const isAtRest = objection !== undefined || this.#failed.isResting(record)
      // Known before a lease is written in vain.
      const isFull = slots.isFull(record.provider, maxRenewalsAtOnce)
      if ((isAtRest || isFull) && isUsable(record, reason, now())) return found('usable')
      if (objection) throw objection
      const { lease } = record
      if (lease && lease.until > now() && this.#isAlive(lease, holder)) return found('busy')
      if (!documents.isStrong) return found('mine')
      const until = now() + LEASE_SECONDS
      const leased = { ...record, lease: { holder, until } }
      return { replacement: leased, result: { state: 'mine', record: leased } }
    })
  }

  /** Of its own holders an isolate knows which are at work; where nobody else writes, others are dead. */
  #isAlive({ holder }: Lease, mine: string): boolean {
    const { isolate, holders } = this.#memory
    if (holder.startsWith(`${isolate}.`)) return holder !== mine && holders.has(holder)
    return !this.#tools.isSoleWriter
  }

  async #renewMine(
    address: DocumentAddress,
    record: ConnectionRecord,
    reason: RenewalReason,
    events: Events,
  ): Promise<ConnectionRecord | undefined> {
    const spent = credentialOf(record)
    let won = this.#memory.unsaved.get(spent)
    try {
      won ??= await this.#request(record, reason)
    } catch (error) {
      const latest = await this.#failed.note(address, record, error, events)
      if (isUsable(latest, reason, this.#tools.now()) || !isSameToken(latest, record)) return latest
      const suspicion = this.#failed.objection(record)
      if (suspicion) throw suspicion
      const { breaker, now } = this.#tools
      const objection = breaker.objection(record.provider, now())
      throw isTransient(error) ? unavailable(error, objection) : error
    }
    // Until it is written, this is the only place in the world that has it.
    this.#memory.unsaved.set(spent, won)
    const saved = await this.#saveSurely(address, record, won, events)
    this.#memory.unsaved.delete(spent)
    return saved
  }

  #request(record: ConnectionRecord, reason: RenewalReason): Promise<WonTokens> {
    const { breaker, now } = this.#tools
    // Who has a token that still lives is not kept waiting for a better one.
    const isPatient = !isUsable(record, reason, now())
    let failure: unknown
    return tryPatiently(
      async (leftMs) => {
        const deadline = Date.now() + leftMs
        // With no slot for another try, what the provider said to the last one is what there is to tell.
        const slot = await this.#takeSlot(record.provider, isPatient, leftMs).catch((full) => {
          throw failure ?? full
        })
        try {
          return await this.#ask(record, deadline - Date.now())
        } catch (error) {
          failure = error
          throw error
        } finally {
          this.#tools.slots.free(slot)
        }
      },
      this.#tools,
      {
        attempts: isPatient ? MAX_ATTEMPTS : 1,
        mayRetry: () => breaker.objection(record.provider, now()) === undefined,
      },
    )
  }

  async #takeSlot(provider: string, isPatient: boolean, leftMs: number): Promise<Slot> {
    const { slots, maxRenewalsAtOnce: limit } = this.#tools
    const slot = isPatient
      ? await slots.waitFor(provider, limit, leftMs, this.#tools)
      : slots.take(provider, limit, leftMs)
    if (slot) return slot
    throw unavailable(new Error(`as many renewals as may be (${limit}) are on their way`))
  }

  async #ask(record: ConnectionRecord, leftMs: number): Promise<WonTokens> {
    const { backChannel, breaker, now, provider } = this.#tools
    const askedAt = now()
    breaker.pass(record.provider, askedAt)
    try {
      const inTime = backChannel.within(leftMs)
      const renewing = provider(record.provider).renew?.(record, inTime, askedAt)
      if (!renewing) throw new OAuthError('needs_reauth')
      const tokens = await renewing
      breaker.answered(record.provider)
      return { tokens, askedAt }
    } catch (error) {
      if (isOutage(error)) breaker.failed(record.provider, now())
      else breaker.answered(record.provider)
      throw error
    }
  }

  /** A store that fails for a moment is no reason to let go of what nobody else has. */
  async #saveSurely(
    address: DocumentAddress,
    record: ConnectionRecord,
    won: WonTokens,
    events: Events,
  ): Promise<ConnectionRecord | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#save(address, record, won, events)
      } catch (error) {
        if (!isStoreFailure(error) || attempt === MAX_SAVES) throw error
        await this.#tools.pause(SAVE_PAUSE_MS * attempt * (1 + this.#tools.random()))
      }
    }
  }

  async #save(
    address: DocumentAddress,
    record: ConnectionRecord,
    { tokens, askedAt }: WonTokens,
    events: Events,
  ): Promise<ConnectionRecord | undefined> {
    const { documents, random, summarize } = this.#tools
    const { latest, renewed, late } = await documents.updateRecord(
      address,
      record.id,
      (latest, connections): RecordChange<Saved> => {
        if (latest && isSameToken(latest, record)) {
          const renewed = renewRecord(latest, tokens, askedAt, random)
          return { replacement: renewed, result: { latest, renewed } }
        }
        // A disconnect or a login that came meanwhile wins; nobody will ever use what was won here.
        const late = this.#lateTokens(renewRecord(record, tokens, askedAt, random), connections)
        return { revocation: late, result: { latest, late } }
      },
    )
    this.#failed.forget(record)
    if (late) await this.#revocations.settle(address, late)
    if (!latest) throw new OAuthError('not_connected')
    if (!renewed) return undefined
    const connection = summarize(renewed)
    events.push({ type: 'refreshed', connection })
    if (latest.health === 'degraded') events.push({ type: 'recovered', connection })
    return renewed
  }

  #lateTokens(
    won: ConnectionRecord,
    connections: readonly ConnectionRecord[],
  ): PendingRevocation | undefined {
    const provider = this.#tools.provider(won.provider)
    // Also a login that came after a disconnect, as a connection of its own.
    const isNeeded = connections.some((one) => isEndedWith(provider, won, one))
    return won.revocable && !isNeeded ? beginRevocation(won, false, this.#tools.now()) : undefined
  }
}

/** Whether a record serves although it was to be renewed: it was in time, and its token still lives. */
function isUsable(record: ConnectionRecord, reason: RenewalReason, now: number): boolean {
  return reason === 'ending' && record.health !== 'needs_reauth' && !isOver(record, now)
}

/** Whether an error is only about this moment. */
function isTemporary(error: unknown): boolean {
  return isOAuthError(error) && ['temporarily_unavailable', 'client_rejected'].includes(error.code)
}

/** @param objection - what others are told from now on */
function unavailable(cause?: unknown, objection?: OAuthError): OAuthError {
  const told = isOAuthError(cause) ? cause.retryAfterSeconds : undefined
  const retryAfterSeconds = objection?.retryAfterSeconds ?? told ?? RETRY_AFTER_SECONDS
  return new OAuthError('temporarily_unavailable', { retryAfterSeconds, cause })
}
