import { isOAuthError, OAuthError } from '../errors.ts'
import type { EngineTools } from './engine-tools.ts'
import type { EventDetails } from './events.ts'
import type { DocumentAddress } from './home.ts'
import { type ConnectionRecord, credentialOf, isSameToken } from './record.ts'
import type { RenewalMemory, Suspicion } from './renewal-memory.ts'

// After a failure, and while the old token lives, nobody asks again for so long. Seconds.
const REST_SECONDS = 30
// What another isolate won may take this long to be seen here. Seconds.
const STALENESS_SECONDS = 60
const LAST_PAUSE_SECONDS = 60 * 60

/** What a renewal that failed means for the connection. */
export class FailedRenewals {
  readonly #tools: EngineTools
  readonly #memory: RenewalMemory

  constructor(tools: EngineTools) {
    this.#tools = tools
    this.#memory = tools.renewals
  }

  isResting({ id }: ConnectionRecord): boolean {
    return (this.#memory.restingUntil.get(id) ?? 0) > this.#tools.now()
  }

  forget({ id }: ConnectionRecord): void {
    this.#memory.restingUntil.delete(id)
    this.#memory.suspicions.delete(id)
  }

  /**
   * Writes down what a failure means, and never over what somebody else has won meanwhile.
   *
   * @returns the record as it is stored now
   * @throws OAuthError `needs_reauth` when the grant is gone, `not_connected` after a disconnect
   */
  async note(
    address: DocumentAddress,
    record: ConnectionRecord,
    error: unknown,
    events: EventDetails[],
  ): Promise<ConnectionRecord> {
    if (isOAuthError(error) && error.code === 'needs_reauth') {
      if (this.#mayBeLate(record)) return this.#suspect(address, record)
      return this.refuse(address, record, events, error)
    }
    // Nobody asked the provider, so nothing is known but that somebody else met failures before.
    if (isOAuthError(error) && error.code === 'temporarily_unavailable') {
      return this.#release(address, record)
    }
    const rest = Math.max(REST_SECONDS, retryAfterOf(error))
    this.#memory.restingUntil.set(record.id, this.#tools.now() + rest)
    return this.#degrade(address, record, error, events)
  }

  /**
   * The provider has refused the refresh token (RFC 6749, section 5.2, `invalid_grant`): somebody else
   * has used it and won another one, or the grant is gone.
   */
  async refuse(
    address: DocumentAddress,
    record: ConnectionRecord,
    events: EventDetails[],
    error: unknown = new OAuthError('needs_reauth'),
  ): Promise<ConnectionRecord> {
    const { documents, summarize } = this.#tools
    const noting = documents.updateRecord(address, record.id, (stored) => {
      if (!stored) throw new OAuthError('not_connected')
      const isKnown = !isSameToken(stored, record) || stored.health === 'needs_reauth'
      if (isKnown) return { result: { latest: stored, isNews: false } }
      const latest: ConnectionRecord = { ...stored, health: 'needs_reauth', lease: undefined }
      return { replacement: latest, result: { latest, isNews: true } }
    })
    // A store that fails now must not hide what the provider said.
    const { latest, isNews } = await noting.catch((failure: unknown) => {
      throw isStoreFailure(failure) ? error : failure
    })
    this.forget(record)
    if (isNews) events.push({ type: 'needs_reauth', connection: summarize(latest) })
    if (latest.health === 'needs_reauth') throw error
    return latest
  }

  async #release(address: DocumentAddress, record: ConnectionRecord): Promise<ConnectionRecord> {
    const releasing = this.#tools.documents.updateRecord(address, record.id, (stored) => {
      if (!stored) throw new OAuthError('not_connected')
      const isMine = stored.lease && stored.lease.holder === record.lease?.holder
      const latest = isMine ? { ...stored, lease: undefined } : stored
      return { ...(isMine && { replacement: latest }), result: latest }
    })
    return releasing.catch((failure: unknown) => {
      if (!isStoreFailure(failure)) throw failure
      return record
    })
  }

  /** Whether a refusal has stood for longer than any news could take. */
  isConfirmed(record: ConnectionRecord): boolean {
    const suspicion = this.#suspicionOf(record)
    return suspicion !== undefined && suspicion.since + STALENESS_SECONDS <= this.#tools.now()
  }

  /**
   * What speaks against another try: a refresh token that was refused once is not sent again, because a
   * provider that detects reuse would end what somebody else has won.
   */
  objection(record: ConnectionRecord): OAuthError | undefined {
    const suspicion = this.#suspicionOf(record)
    return suspicion && this.#wait(suspicion)
  }

  /** Somebody else may have won a token that this isolate cannot see yet. */
  #mayBeLate({ provider }: ConnectionRecord): boolean {
    const { documents } = this.#tools
    const isRotating = this.#tools.provider(provider).refreshTokens === 'rotating'
    return isRotating && !documents.isStrong
  }

  async #suspect(address: DocumentAddress, record: ConnectionRecord): Promise<ConnectionRecord> {
    const { connections } = await this.#tools.documents.read(address)
    const latest = connections.find(({ id }) => id === record.id)
    // What this isolate has held is not missing because a copy is old: it was disconnected.
    if (!latest) throw new OAuthError('not_connected')
    if (!isSameToken(latest, record)) return latest
    const suspicion = { credential: credentialOf(record), since: this.#tools.now() }
    this.#memory.suspicions.set(record.id, suspicion)
    return record
  }

  #suspicionOf(record: ConnectionRecord): Suspicion | undefined {
    const suspicion = this.#memory.suspicions.get(record.id)
    return suspicion?.credential === credentialOf(record) ? suspicion : undefined
  }

  #wait({ since }: Suspicion): OAuthError {
    const retryAfterSeconds = Math.max(1, since + STALENESS_SECONDS - this.#tools.now())
    const cause = new Error('the refresh token was refused, and another isolate may have used it')
    return new OAuthError('temporarily_unavailable', { retryAfterSeconds, cause })
  }

  async #degrade(
    address: DocumentAddress,
    record: ConnectionRecord,
    error: unknown,
    events: EventDetails[],
  ): Promise<ConnectionRecord> {
    const { documents, now, random, summarize } = this.#tools
    // A late isolate would write its old tokens over those that another one has won.
    if (this.#mayBeLate(record)) return record
    const noting = documents.updateRecord(address, record.id, (stored) => {
      if (!stored) throw new OAuthError('not_connected')
      const isOther = !isSameToken(stored, record) || stored.health === 'needs_reauth'
      // What is known already is not worth a write where writes are few.
      const isKnown = stored.health === 'degraded' && !documents.isStrong
      if (isOther || isKnown) return { result: { latest: stored, isNews: false } }
      const failures = (stored.failures ?? 0) + 1
      const pause = Math.min(REST_SECONDS * 2 ** (failures - 1), LAST_PAUSE_SECONDS)
      const jittered = pause * (1 + random() / 2)
      const renewAt = Math.ceil(now() + Math.max(jittered, retryAfterOf(error)))
      const failedAt = now()
      const degraded = {
        health: 'degraded',
        failures,
        failedAt,
        renewAt,
        lease: undefined,
      } as const
      const latest: ConnectionRecord = { ...stored, ...degraded }
      return { replacement: latest, result: { latest, isNews: stored.health !== 'degraded' } }
    })
    const { latest, isNews } = await noting.catch((failure: unknown) => {
      if (!isStoreFailure(failure)) throw failure
      return { latest: record, isNews: false }
    })
    if (isNews) {
      const code = isOAuthError(error) ? error.code : 'provider_unavailable'
      events.push({ type: 'degraded', connection: summarize(latest), code })
    }
    return latest
  }
}

/** How long the provider asked to be left alone, in seconds. */
function retryAfterOf(error: unknown): number {
  return isOAuthError(error) ? (error.retryAfterSeconds ?? 0) : 0
}

/** Whether it is the store that failed, and nothing is known of the provider. */
export function isStoreFailure(error: unknown): boolean {
  return isOAuthError(error) && error.code === 'store_unavailable'
}
