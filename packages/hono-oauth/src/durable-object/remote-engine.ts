import { BoundedMap } from '../bounded-map.ts'
import type { Disconnection, Engine, RenewalReason } from '../connections/engine-contract.ts'
import type { CallbackRequest } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'
import type { DocumentAddress } from '../vault/address.ts'
import { type ConnectionRecord, credentialOf, decodeRecord, encodeRecord } from '../vault/record.ts'
import type { Vault } from '../vault/vault.ts'
import {
  type CallOptions,
  type ConnectionsRpc,
  callObject,
  type EngineOperation,
  type ObjectNamespaceLike,
  ownerObjectName,
  packCallback,
} from './wire.ts'

// Longer than a renewal with all its attempts: the object gives up earlier.
const RENEWAL_TIMEOUT_MS = 30_000
// A login requests tokens and the account, each perhaps twice, and calls the app's listener.
const CHANGE_TIMEOUT_MS = 40_000

/** The engines in Durable Objects, one object for each owner. */
export class RemoteEngine implements Engine {
  readonly #namespace: ObjectNamespaceLike
  readonly #vault: Pick<Vault, 'read' | 'dropCopy'>
  /** By connection: the credential of the renewal after which the cached copy was dropped. */
  readonly #dropped = new BoundedMap<string>()

  /** @param vault - the documents in those objects, perhaps with a cache in front */
  constructor(namespace: ObjectNamespaceLike, vault: Pick<Vault, 'read' | 'dropCopy'>) {
    this.#namespace = namespace
    this.#vault = vault
  }

  async completeLogin(address: DocumentAddress, callback: CallbackRequest): Promise<ConnectionRecord> {
    return record(await this.#change('completeLogin', address, packCallback(callback)))
  }

  async acceptToken(address: DocumentAddress, token: Secret): Promise<ConnectionRecord> {
    return record(await this.#change('acceptToken', address, token.reveal()))
  }

  async list(address: DocumentAddress): Promise<readonly ConnectionRecord[]> {
    return (await this.#vault.read(address)).connections
  }

  /** A repeated call finds the new token or joins the running renewal. */
  async renew(address: DocumentAddress, stale: ConnectionRecord, reason: RenewalReason): Promise<ConnectionRecord> {
    const options = { isRepeatable: true, timeoutMs: RENEWAL_TIMEOUT_MS }
    const args = [encodeRecord(stale), reason]
    try {
      return record(await this.#call('renew', address, options, args))
    } finally {
      await this.#dropCopyOnce(address, stale)
    }
  }

  async markDead(address: DocumentAddress, dead: ConnectionRecord): Promise<void> {
    await this.#change('markDead', address, encodeRecord(dead))
  }

  async disconnect(address: DocumentAddress, id: string): Promise<Disconnection> {
    const ended = (await this.#change('disconnect', address, id)) as Disconnection
    return { ...ended, record: record(ended.record) }
  }

  async endGrant(address: DocumentAddress, grantId: string, occurredAt: number): Promise<void> {
    await this.#change('endGrant', address, grantId, occurredAt)
  }

  /** Of many callers of one renewal only the first drops the cached copy: the copy after it is new. */
  async #dropCopyOnce(address: DocumentAddress, stale: ConnectionRecord): Promise<void> {
    const credential = credentialOf(stale)
    if (this.#dropped.get(stale.id) === credential) return
    this.#dropped.set(stale.id, credential)
    await this.#vault.dropCopy(address)
  }

  async #change(operation: EngineOperation, address: DocumentAddress, ...args: unknown[]) {
    const options = { isRepeatable: false, timeoutMs: CHANGE_TIMEOUT_MS }
    try {
      return await this.#call(operation, address, options, args)
    } finally {
      await this.#vault.dropCopy(address)
    }
  }

  #call(operation: EngineOperation, address: DocumentAddress, options: CallOptions, args: readonly unknown[]) {
    // Without `waitUntil`, which cannot be cloned.
    const { provider, owner } = address
    const call = (object: ConnectionsRpc) => object.connections(operation, { provider, owner }, args)
    return callObject(this.#namespace, ownerObjectName(owner.key), call, options)
  }
}

function record(encoded: unknown): ConnectionRecord {
  return decodeRecord(encoded as Record<string, unknown>)
}
