import type { ConnectionDocuments } from '../connections/documents.ts'
import type { ConnectionHome, DocumentAddress, RenewalReason } from '../connections/home.ts'
import { type ConnectionRecord, decodeRecord, encodeRecord } from '../connections/record.ts'
import type { CallbackRequest, RevocationOutcome } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'
import { callObject, type ObjectNamespaceLike } from './namespace.ts'
import { ownerObjectName } from './object-name.ts'
import { type HomeOperation, packAddress, packCallback } from './wire.ts'

// Longer than a renewal with all its tries may take: the object itself gives up before.
const PATIENCE_MS = 30_000

/** The connections of owners that each live in an object of their own. */
export class RemoteHome implements ConnectionHome {
  readonly #namespace: ObjectNamespaceLike
  readonly #documents: Pick<ConnectionDocuments, 'read' | 'forget'>

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
    const renewed = await this.#call('renew', address, true, encodeRecord(stale), reason)
    return record(renewed)
  }

  async condemn(address: DocumentAddress, condemned: ConnectionRecord): Promise<void> {
    await this.#change('condemn', address, encodeRecord(condemned))
  }

  async disconnect(address: DocumentAddress, id: string): Promise<RevocationOutcome> {
    return (await this.#change('disconnect', address, id)) as RevocationOutcome
  }

  async endGrant(address: DocumentAddress, grantId: string, occurredAt: number): Promise<boolean> {
    return (await this.#change('endGrant', address, grantId, occurredAt)) as boolean
  }

  async #change(operation: HomeOperation, address: DocumentAddress, ...args: unknown[]) {
    try {
      return await this.#call(operation, address, false, ...args)
    } finally {
      await this.#documents.forget(address)
    }
  }

  #call(
    operation: HomeOperation,
    address: DocumentAddress,
    isRepeatable: boolean,
    ...args: unknown[]
  ): Promise<unknown> {
    return callObject(
      this.#namespace,
      ownerObjectName(address.owner.key),
      (object) => object.connections(operation, packAddress(address), args),
      { isRepeatable, patienceMs: PATIENCE_MS },
    )
  }
}

function record(encoded: unknown): ConnectionRecord {
  return decodeRecord(encoded as Record<string, unknown>)
}
