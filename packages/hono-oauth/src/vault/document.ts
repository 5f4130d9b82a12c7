import type { KeyRing } from '../crypto/key-ring.ts'
import { type Opened, open, seal } from '../crypto/seal.ts'
import type { DocumentAddress, PresentedSession } from './address.ts'
import {
  decodeRevocation,
  encodeRevocation,
  type PendingRevocation,
  REVOCATION_TTL_SECONDS,
} from './pending-revocation.ts'
import { type ConnectionRecord, decodeRecord, encodeRecord, unreadableRecord } from './record.ts'

/** All connections of one owner at one provider. */
export interface ConnectionDocument {
  /** Counts the writes: the higher of two copies is the newer one. */
  readonly generation: number
  /** When the owner's session ends, in seconds since the epoch. */
  readonly expiresAt?: number | undefined
  /** The digest of the session id that opens the document; absent where the owner is a user of the app. */
  readonly session?: string | undefined
  readonly connections: readonly ConnectionRecord[]
  /** Grants that ended here and may still be alive at the provider. */
  readonly revocations: readonly PendingRevocation[]
  /** Whether the stored value does not open: the document then holds one connection that needs a new login. */
  readonly isUnreadable?: boolean
}

// An empty document is kept longer than any late copy of the document before it, in seconds.
const TOMBSTONE_TTL_SECONDS = 120

/** The document where none is stored. */
export const EMPTY: ConnectionDocument = { generation: 0, connections: [], revocations: [] }

/** How long to store a document, in seconds; `undefined` for no limit. */
export function lifetimeOf(document: ConnectionDocument, now: number): number | undefined {
  const { connections, revocations, expiresAt } = document
  const minimum = revocations.length > 0 ? REVOCATION_TTL_SECONDS : TOMBSTONE_TTL_SECONDS
  if (connections.length === 0) return minimum
  if (expiresAt === undefined) return undefined
  return revocations.length > 0 ? Math.max(expiresAt - now, minimum) : expiresAt - now
}

/** When the next renewal or revocation of a document is due, in seconds since the epoch. */
export function dueTimeOf({ connections, revocations }: ConnectionDocument): number | undefined {
  const renewals = connections.filter(({ health }) => health !== 'needs_reauth').flatMap(({ renewAt }) => renewAt ?? [])
  const times = [...renewals, ...revocations.map(({ retryAt }) => retryAt)]
  return times.length > 0 ? Math.min(...times) : undefined
}

/** Whether a request with these session ids may use a document. */
export function opensTo({ session, isUnreadable }: ConnectionDocument, ids: PresentedSession | undefined): boolean {
  return !ids || session === undefined || isUnreadable || ids.presented.includes(session)
}

/** The document that replaces a stored value that does not open. */
export function unreadableDocument(address: DocumentAddress, sealed: string, now: number): ConnectionDocument {
  const connections = [unreadableRecord(address, now)]
  return { generation: generationOf(sealed), connections, revocations: [], isUnreadable: true }
}

/**
 * Seals a document for its storage key. The generation is the first part of the text and is in the additional data: it
 * can be read without a key and cannot be changed.
 *
 * @param server - the server and client that issued the tokens: for another one the document does not open
 * @returns `generation.protected.iv.ciphertext.tag`
 */
export async function sealDocument(
  ring: KeyRing,
  key: string,
  server: string | undefined,
  document: ConnectionDocument,
): Promise<string> {
  const { connections, revocations, generation } = document
  const json = {
    ...document,
    connections: connections.map(encodeRecord),
    revocations: revocations.length > 0 ? revocations.map(encodeRevocation) : undefined,
  }
  return `${generation}.${await seal(ring, 'record', placeOf(key, generation, server), json)}`
}

/** Opens a sealed document; `undefined` when this ring did not seal it for this key. */
export async function openDocument(
  ring: KeyRing,
  key: string,
  server: string | undefined,
  value: string,
): Promise<Opened<ConnectionDocument> | undefined> {
  const sealed = value.slice(value.indexOf('.') + 1)
  const generation = generationOf(value)
  const opened = await open(ring, 'record', placeOf(key, generation, server), sealed, decodeDocument)
  if (opened || server === undefined) return opened
  // Version 0.1 did not bind a document to its server; the next write, or `rotateKeys`, does.
  const unbound = await open(ring, 'record', placeOf(key, generation), sealed, decodeDocument)
  return unbound && { ...unbound, isSealedByNewest: false }
}

function placeOf(key: string, generation: number, server?: string): string {
  return server === undefined ? `${key}#${generation}` : `${key}#${generation}#${server}`
}

/** The generation at the start of a stored value; 0 where the value has none. */
function generationOf(value: string): number {
  return Number(/^(\d{1,15})\./.exec(value)?.[1] ?? 0)
}

function decodeDocument(json: unknown): ConnectionDocument {
  const { generation, expiresAt, session, connections, revocations } = json as {
    generation: number
    expiresAt?: number
    /** Version 0.1 stored the digest together with the time of the login. */
    session?: string | { readonly id: string }
    connections: Record<string, unknown>[]
    revocations?: Record<string, unknown>[]
  }
  return {
    generation,
    expiresAt,
    session: typeof session === 'object' ? session.id : session,
    connections: connections.map(decodeRecord),
    revocations: revocations?.map(decodeRevocation) ?? [],
  }
}
