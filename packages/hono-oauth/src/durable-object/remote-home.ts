import { BoundedMap } from '../connections/bounded-map.ts'
import type { ConnectionDocuments } from '../connections/documents.ts'
import type { ConnectionHome, DocumentAddress, RenewalReason } from '../connections/home.ts'
import {
  type ConnectionRecord,
  credentialOf,
  decodeRecord,
  encodeRecord,
} from '../connections/record.ts'
import type { CallbackRequest, RevocationOutcome } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'
import { type CallOptions, callObject, type ObjectNamespaceLike } from './namespace.ts'
import { ownerObjectName } from './object-name.ts'
import { type HomeOperation, packAddress, packCallback } from './wire.ts'

// Longer than a renewal with all its tries may take: the object itself gives up before.
const RENEWAL_PATIENCE_MS = 30_000
// A login asks for tokens and for whom they are, perhaps twice, and tells the app.
const CHANGE_PATIENCE_MS = 40_000

/** The connections of owners that each live in an object of their own. */
export class RemoteHome implements ConnectionHome {
  readonly #namespace: ObjectNamespaceLike
  readonly #documents: Pick<ConnectionDocuments, 'read' | 'forget'>
  /** The credential of each connection whose cached copy was dropped last. */
  readonly #forgotten = new BoundedMap<string>()

  /** @param documents - what is stored in those objects, perhaps with a cache in front */
  constructor(
    namespace: ObjectNamespaceLike,
    documents: Pick<ConnectionDocuments, 'read' | 'forget'>,
  ) {
    this.#namespace = namespace
    this.#documents = documents
  }

  async complete(address: DocumentAddress, callback: CallbackRequest): Promise<ConnectionRecord> {
    return record(await this.#change('complete', address, packCallback(callback)))
  }

  async accept(address: DocumentAddress, token: Secret): Promise<ConnectionRecord> {
    return record(await this.#change('accept', address, token.reveal()))
  }

  async list(address: DocumentAddress): Promise<readonly ConnectionRecord[]> {
    return (await this.#documents.read(address)).connections
  }

  /** Asked again, it finds the token that was won, or waits for whoever is winning it. */
  async renew(
    address: DocumentAddress,
    stale: ConnectionRecord,
    reason: RenewalReason,
  ): Promise<ConnectionRecord> {
    const options = { isRepeatable: true, patienceMs: RENEWAL_PATIENCE_MS }
    const args = [encodeRecord(stale), reason]
    try {
      return record(await this.#call('renew', address, options, args))
    } finally {
      await this.#forgetOnce(address, stale)
    }
  }

  async condemn(address: DocumentAddress, condemned: ConnectionRecord): Promise<void> {
    await this.#change('condemn', address, encodeRecord(condemned))
  }

  async disconnect(address: DocumentAddress, id: string): Promise<RevocationOutcome> {
    return (await this.#change('disconnect', address, id)) as RevocationOutcome
  }

  async endGrant(address: DocumentAddress, grantId: string, occurredAt: number): Promise<void> {
    await this.#change('endGrant', address, grantId, occurredAt)
  }

  /** Many may ask for one renewal, and each would drop the copy that has its outcome. */
  async #forgetOnce(address: DocumentAddress, stale: ConnectionRecord): Promise<void> {
    const credential = credentialOf(stale)
    if (this.#forgotten.get(stale.id) === credential) return
    this.#forgotten.set(stale.id, credential)
    await this.#documents.forget(address)
  }

  async #change(operation: HomeOperation, address: DocumentAddress, ...args: unknown[]) {
    const options = { isRepeatable: false, patienceMs: CHANGE_PATIENCE_MS }
    try {
      return await this.#call(operation, address, options, args)
    } finally {
      await this.#documents.forget(address)
    }
  }

  #call(
    operation: HomeOperation,
    address: DocumentAddress,
    options: CallOptions,
    args: readonly unknown[],
  ): Promise<unknown> {
    return callObject(
      this.#namespace,
      ownerObjectName(address.owner.key),
      (object) => object.connections(operation, packAddress(address), args),
      options,
    )
  }
}

function record(encoded: unknown): ConnectionRecord {
  return decodeRecord(encoded as Record<string, unknown>)
}
