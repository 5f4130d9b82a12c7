import { OAuthError } from '../errors.ts'
import type { CallbackRequest, RevocationOutcome } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'
import { wakeTimeOf } from './document.ts'
import type { ResealCount } from './documents.ts'
import type { EngineTools } from './engine-tools.ts'
import { grantEntry } from './grants.ts'
import type { ConnectionHome, DocumentAddress, RenewalReason } from './home.ts'
import { Logins } from './logins.ts'
import { type ConnectionRecord, credentialOf, isSameToken, renewRecord } from './record.ts'
import { Renewals } from './renewals.ts'
import { beginRevocation } from './revocation.ts'
import { Revocations } from './revocations.ts'

// What is left to do, for whatever reason, is not taken up again at once.
const LEAST_PAUSE_SECONDS = 10

/** Makes, renews and ends connections: the same wherever they live. */
export class ConnectionEngine implements ConnectionHome {
  readonly #tools: EngineTools
  readonly #revocations: Revocations
  readonly #renewals: Renewals
  readonly #logins: Logins

  constructor(tools: EngineTools) {
    this.#tools = tools
    this.#revocations = new Revocations(tools)
    this.#renewals = new Renewals(tools, this.#revocations)
    this.#logins = new Logins(tools, this.#revocations)
  }

  complete(address: DocumentAddress, callback: CallbackRequest): Promise<ConnectionRecord> {
    return this.#logins.complete(address, callback)
  }

  accept(address: DocumentAddress, token: Secret): Promise<ConnectionRecord> {
    return this.#logins.accept(address, token)
  }

  /** The connections at one provider, the oldest login first; what is due there is seen to meanwhile. */
  async list(address: DocumentAddress): Promise<readonly ConnectionRecord[]> {
    const { connections, revocations } = await this.#tools.documents.read(address)
    const due = revocations.filter(({ retryAt }) => retryAt <= this.#tools.now())
    if (due.length > 0) {
      const settling = this.#revocations.settleDue(address, due)
      address.owner.waitUntil?.(settling)
    }
    return connections.map((record) => this.#withVerdict(record))
  }

  #withVerdict(record: ConnectionRecord): ConnectionRecord {
    const isCondemned = this.#tools.renewals.condemned.has(verdictKey(record))
    return isCondemned ? { ...record, health: 'needs_reauth' } : record
  }

  /** Seals everything that is stored here with the newest key. */
  async reseal(): Promise<ResealCount> {
    return (await this.#tools.documents.reseal()).counts
  }

  renew(
    address: DocumentAddress,
    stale: ConnectionRecord,
    reason: RenewalReason,
  ): Promise<ConnectionRecord> {
    return this.#renewals.renew(address, stale, reason)
  }

  /** A login that finished meanwhile has another token, and that one is not known to be dead. */
  async condemn(address: DocumentAddress, record: ConnectionRecord): Promise<void> {
    const isLate = !this.#tools.documents.isStrong
    const condemned = isLate ? this.#noteDead(record) : await this.#writeDead(address, record)
    if (!condemned) return
    const connection = this.#tools.summarize(condemned)
    await this.#tools.tell({ type: 'needs_reauth', connection })
  }

  /** Where copies are late, the write would put this one over what a login elsewhere has just written. */
  #noteDead(record: ConnectionRecord): ConnectionRecord | undefined {
    const { condemned } = this.#tools.renewals
    const key = verdictKey(record)
    if (condemned.has(key)) return undefined
    condemned.set(key, true)
    return this.#withVerdict(record)
  }

  #writeDead(
    address: DocumentAddress,
    record: ConnectionRecord,
  ): Promise<ConnectionRecord | undefined> {
    return this.#tools.documents.update(address, (connections) => {
      const same = connections.find((one) => one.id === record.id && isSameToken(one, record))
      if (!same || same.health === 'needs_reauth') return { connections, result: undefined }
      const result: ConnectionRecord = { ...same, health: 'needs_reauth' }
      return { connections: connections.map((one) => (one === same ? result : one)), result }
    })
  }

  /**
   * Ends a connection: our copy first, together with a note of what is to end at the provider, then
   * the grant there.
   *
   * @throws OAuthError `connection_unknown` for an id that is not this owner's, `store_unavailable`
   */
  async disconnect(address: DocumentAddress, id: string): Promise<RevocationOutcome> {
    const { documents, renewals, now, summarize, tell, provider } = this.#tools
    const { ended, pending } = await documents.update(address, (connections, revocations) => {
      const stored = connections.find((record) => record.id === id)
      if (!stored) throw new OAuthError('connection_unknown')
      // What was won and could not be written yet is what still lives at the provider.
      const won = renewals.unsaved.get(credentialOf(stored))
      const ended = won ? renewRecord(stored, won.tokens, won.askedAt) : stored
      const pending = ended.revocable ? beginRevocation(ended, true, now()) : undefined
      return {
        connections: connections.filter((record) => record !== stored),
        revocations: pending && [...revocations, pending],
        result: { ended, pending },
      }
    })
    if (provider(address.provider).webhooks?.endsGrants) {
      // An entry that stays finds nothing any more: no reason to fail a disconnect that is done.
      await this.#unindex(address, ended.grantId).catch(() => undefined)
    }
    const outcome = pending ? await this.#revocations.settle(address, pending) : 'deleted_only'
    await tell({ type: 'revoked', connection: summarize(ended), outcome, by: 'owner' })
    return outcome
  }

  /** A login may have come meanwhile, and its entry must not go with the old one. */
  async #unindex(address: DocumentAddress, grantId: string): Promise<void> {
    const { documents, grants } = this.#tools
    const index = grants(address.provider)
    await index.remove(grantId, grantEntry(address))
    const { connections, expiresAt } = await documents.read(address)
    if (!connections.some((record) => record.grantId === grantId)) return
    const ttlSeconds = expiresAt === undefined ? undefined : expiresAt - this.#tools.now()
    await index.add(grantId, grantEntry(address), ttlSeconds)
  }

  async endGrant(address: DocumentAddress, grantId: string, occurredAt: number): Promise<void> {
    const { documents, summarize, tell } = this.#tools
    const isMeant = (record: ConnectionRecord) =>
      record.grantId === grantId && record.updatedAt <= occurredAt
    const { ended, isLeft } = await documents.update(address, (connections) => {
      const ended = connections.filter(isMeant)
      const kept = connections.filter((record) => !isMeant(record))
      const isLeft = kept.some((record) => record.grantId === grantId)
      return { connections: ended.length > 0 ? kept : connections, result: { ended, isLeft } }
    })
    for (const record of ended) {
      const connection = summarize(record)
      await tell({ type: 'revoked', connection, outcome: 'revoked', by: 'provider' })
    }
    const { webhooks } = this.#tools.provider(address.provider)
    if (!isLeft && webhooks?.endsGrants) await this.#unindex(address, grantId)
  }

  /**
   * Does what is due in one document: renewals ahead of time, and revocations that failed before.
   *
   * @param isInUse - whether somebody used it lately: tokens that nobody wants are not renewed
   * @returns when there is more to do, in seconds since the epoch; `undefined` when there is nothing
   */
  async attend(
    address: DocumentAddress,
    isInUse: (record: ConnectionRecord) => boolean,
  ): Promise<number | undefined> {
    const { documents, now, breaker, random } = this.#tools
    const found = await documents.read(address)
    const due = found.revocations.filter(({ retryAt }) => retryAt <= now())
    await this.#revocations.settleDue(address, due)
    const isDue = ({ health, renewAt = Infinity }: ConnectionRecord) =>
      health !== 'needs_reauth' && renewAt <= now()
    const wanted = found.connections.filter((record) => isDue(record) && isInUse(record))
    const spared = wanted.length > 0 && breaker.objection(address.provider, now())
    let isPutOff = false
    for (const record of spared ? [] : wanted) {
      // What a failure means is written down by whoever met it.
      const latest = await this.renew(address, record, 'ending').catch(() => undefined)
      // Enough others are at the provider, and its token still lives.
      if (latest && isDue(latest)) isPutOff = true
    }
    const left = due.length + wanted.length > 0 ? await documents.read(address) : found
    const later = left.connections.filter((record) => !isDue(record))
    const next = Math.min(
      wakeTimeOf({ ...left, connections: later }) ?? Infinity,
      spared ? now() + (spared.retryAfterSeconds ?? 0) : Infinity,
      isPutOff ? now() + LEAST_PAUSE_SECONDS * (1 + random()) : Infinity,
    )
    return next === Infinity ? undefined : Math.max(next, now() + LEAST_PAUSE_SECONDS)
  }
}

/** A provider may give the same token again, and then it is alive. */
function verdictKey(record: ConnectionRecord): string {
  return `${record.issuedAt} ${credentialOf(record)}`
}
