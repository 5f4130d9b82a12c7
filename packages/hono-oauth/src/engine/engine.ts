import type { Disconnection, Engine, RenewalReason } from '../connections/engine-contract.ts'
import { LATE, untilDeadline } from '../deadline.ts'
import { OAuthError } from '../errors.ts'
import type { RevocationOutcome } from '../providers/contract.ts'
import type { DocumentAddress } from '../vault/address.ts'
import { dueTimeOf } from '../vault/document.ts'
import { beginRevocation, type PendingRevocation } from '../vault/pending-revocation.ts'
import type { ConnectionRecord } from '../vault/record.ts'
import type { ResealCounts } from '../vault/vault.ts'
import { Logins } from './logins.ts'
import { RenewalFailures } from './renewal-failures.ts'
import { Renewals } from './renewals.ts'
import { Revoker } from './revoker.ts'
import { circuitOf, type EngineTools, grantIndexOf } from './tools.ts'

// A disconnect answers within two seconds; the rest of them is for the storage.
const REVOCATION_WAIT_MS = 1500
// A failed run of due work is never repeated at once.
const LEAST_PAUSE_SECONDS = 10
// Connections that wait for the end of an outage call the provider within this time, and not all at once.
const SPREAD_SECONDS = 30 * 60

/** The engine over one store: the same in an isolate and in a Durable Object. */
export class ConnectionEngine implements Engine {
  readonly completeLogin: Engine['completeLogin']
  readonly acceptToken: Engine['acceptToken']
  /** Stores a grant without a request to the provider. */
  readonly save: Logins['save']
  readonly #tools: EngineTools
  readonly #revoker: Revoker
  readonly #failures: RenewalFailures
  readonly #renewals: Renewals

  constructor(tools: EngineTools) {
    this.#tools = tools
    this.#revoker = new Revoker(tools)
    this.#failures = new RenewalFailures(tools)
    this.#renewals = new Renewals(tools, this.#failures, this.#revoker)
    const logins = new Logins(tools, this.#revoker)
    this.completeLogin = logins.complete
    this.acceptToken = logins.accept
    this.save = logins.save.bind(logins)
  }

  /** Lists the connections at one provider, the oldest login first, and tries due revocations in the background. */
  async list(address: DocumentAddress): Promise<readonly ConnectionRecord[]> {
    const { vault, memory, pacing } = this.#tools
    const { connections, revocations } = await vault.read(address)
    const due = revocations.filter(({ retryAt }) => retryAt <= pacing.now())
    const settling = due.length > 0 && this.#revoker.settleDue(address, due)
    if (settling) address.waitUntil?.(settling)
    return connections.map((record) => memory.recall(record))
  }

  renew(address: DocumentAddress, stale: ConnectionRecord, reason: RenewalReason): Promise<ConnectionRecord> {
    return this.#renewals.renew(address, stale, reason)
  }

  /** What this engine remembers of renewals, such as tokens that it could not store, and the vault of its store. */
  get state(): Pick<EngineTools, 'memory' | 'vault'> {
    return this.#tools
  }

  /** Tries to store the tokens of renewals that could not be stored. */
  saveUnsaved(): Promise<void> {
    return this.#renewals.saveUnsaved()
  }

  /** Marks a connection whose token is dead, unless a login has replaced that token meanwhile. */
  async markDead(address: DocumentAddress, record: ConnectionRecord): Promise<void> {
    await this.#failures.markDead(address, record)
  }

  /**
   * Ends a connection: one write removes our copy and stores the pending revocation; then the grant is revoked at
   * the provider. A provider that is slow is not waited for: the outcome is `pending` then, and the revocation goes on.
   *
   * @throws OAuthError `connection_unknown` for an id that is not this owner's, `store_unavailable`
   */
  disconnect(address: DocumentAddress, id: string): Promise<Disconnection> {
    const { provider } = address
    return this.#tools.observe({ name: 'disconnect', provider }, () => this.#disconnect(address, id))
  }

  async #disconnect(address: DocumentAddress, id: string): Promise<Disconnection> {
    const { vault, memory, pacing, report } = this.#tools
    const { ended, pending } = await vault.update(address, (connections, revocations) => {
      const stored = connections.find((record) => record.id === id)
      if (!stored) throw new OAuthError('connection_unknown')
      const ended = memory.withUnsaved(stored)
      const pending = ended.revocable ? beginRevocation(ended, true, pacing.now()) : undefined
      return {
        connections: connections.filter((record) => record !== stored),
        revocations: pending && [...revocations, pending],
        result: { ended, pending },
      }
    })
    // A stale entry points to no connection, so a failure here does not fail the disconnect.
    await this.#unindex(address, ended.grantId).catch(() => undefined)
    const outcome = pending ? await this.#settleSoon(address, pending) : 'deleted_only'
    report({ type: 'revoked', record: ended, outcome, by: 'owner' }, address.waitUntil)
    return { record: ended, outcome }
  }

  async #settleSoon(address: DocumentAddress, pending: PendingRevocation): Promise<RevocationOutcome> {
    const settling = this.#revoker.settle(address, pending)
    const outcome = await untilDeadline(settling, Date.now() + REVOCATION_WAIT_MS)
    if (outcome !== LATE) return outcome
    const reporting = settling.then((late) => {
      if (late === 'pending') return
      this.#tools.report({ type: 'revoked', record: pending.record, outcome: late, by: 'owner' }, address.waitUntil)
    })
    // If the isolate ends before, the stored revocation is tried again.
    address.waitUntil?.(reporting)
    return 'pending'
  }

  async endGrant(address: DocumentAddress, grantId: string, occurredAt: number): Promise<void> {
    const { vault, report } = this.#tools
    const isMeant = (record: ConnectionRecord) => record.grantId === grantId && record.updatedAt <= occurredAt
    const { ended, isLeft } = await vault.update(address, (connections) => {
      const ended = connections.filter(isMeant)
      const kept = connections.filter((record) => !isMeant(record))
      const isLeft = kept.some((record) => record.grantId === grantId)
      return { connections: ended.length > 0 ? kept : connections, result: { ended, isLeft } }
    })
    for (const record of ended) {
      report({ type: 'revoked', record, outcome: 'revoked', by: 'provider' }, address.waitUntil)
    }
    if (!isLeft) await this.#unindex(address, grantId)
  }

  /** Removes an owner from the index of a grant; adds it again if a concurrent login has connected the same grant. */
  async #unindex(address: DocumentAddress, grantId: string): Promise<void> {
    const { vault, pacing } = this.#tools
    const index = grantIndexOf(this.#tools, address.provider)
    if (!index) return
    await index.remove(grantId, address)
    const { connections, expiresAt } = await vault.read(address)
    if (!connections.some((record) => record.grantId === grantId)) return
    await index.add(grantId, { ...address, owner: { ...address.owner, expiresAt } }, pacing.now())
  }

  /** Seals all documents of this store with the newest key. */
  async reseal(): Promise<ResealCounts> {
    return (await this.#tools.vault.reseal()).counts
  }

  /**
   * Does the due work of one document: renewals ahead of time, and revocations that failed before.
   *
   * @param isInUse - whether a connection was used lately; the tokens of an unused connection are not renewed
   * @returns when the next work is due, in seconds since the epoch; `undefined` for no more work
   */
  async runDueWork(address: DocumentAddress, isInUse: (record: ConnectionRecord) => boolean) {
    const { vault, breaker, pacing } = this.#tools
    const { now, random } = pacing
    // A document does not open without its provider: the caller tries again when the configuration may have it again.
    this.#tools.provider(address.provider)
    const found = await vault.read(address)
    const due = found.revocations.filter(({ retryAt }) => retryAt <= now())
    await this.#revoker.settleDue(address, due)
    const isDue = ({ health, renewAt = Infinity }: ConnectionRecord) => health !== 'needs_reauth' && renewAt <= now()
    const wanted = found.connections.filter((record) => isDue(record) && isInUse(record))
    const waits: number[] = []
    for (const record of wanted) {
      const open = breaker.errorWhileOpen(circuitOf(this.#tools, record), now(), record.id)
      if (open) {
        // While the token lives, a renewal ahead of time is still possible.
        const spread = Math.max(0, (record.expiresAt ?? 0) - now()) || SPREAD_SECONDS
        waits.push(Math.ceil(now() + (open.retryAfterSeconds ?? 0) + spread * random()))
      }
      // The renewal stores its own failure.
      else await this.renew(address, record, 'ending').catch(() => undefined)
    }
    const left = due.length + wanted.length > 0 ? await vault.read(address) : found
    const later = left.connections.filter((record) => !isDue(record))
    const next = Math.min(dueTimeOf({ ...left, connections: later }) ?? Infinity, ...waits)
    return next === Infinity ? undefined : Math.max(next, now() + LEAST_PAUSE_SECONDS)
  }
}
