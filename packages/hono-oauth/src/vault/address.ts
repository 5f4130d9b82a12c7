/** Keeps the isolate alive for work that continues after the response. */
export type WaitUntil = (work: Promise<unknown>) => void

/** The owner of connections: a user of the app, or a browser session. */
export interface Owner {
  /** Names the owner in storage keys and connection ids: a digest, so any user id fits. */
  readonly key: string
  /** The id of the user; absent for a browser session. */
  readonly userId?: string | undefined
  /** When the session ends, in seconds since the epoch; absent for a user of the app. */
  readonly expiresAt?: number | undefined
  /** Whether the owner was just created: nothing is stored yet, so no document is read. */
  readonly isNew?: boolean | undefined
  /** The session ids that the request presents; absent for a user of the app. */
  readonly session?: PresentedSession | undefined
}

/** Digests of session ids: the storage holds no id that opens a document. */
export interface PresentedSession {
  /** The ids of the browser; a document opens if it holds one of them. */
  readonly presented: readonly string[]
  /** The id that opens the document after this login. */
  readonly replacement?: string | undefined
}

/** Names one document: one owner at one provider. */
export interface DocumentAddress {
  readonly provider: string
  readonly owner: Owner
  /** Absent where the runtime does not cancel work after the response. */
  readonly waitUntil?: WaitUntil | undefined
}

/** The prefix of the storage keys of all documents. */
export const DOCUMENT_PREFIX = 'connections/'

/** The storage key of a document. */
export function documentKey({ provider, owner }: DocumentAddress): string {
  return `${DOCUMENT_PREFIX}${provider}/${owner.key}`
}

/** The address that a storage key names, by its second and third part. */
export function addressOf(key: string): DocumentAddress {
  const [, provider = '', owner = ''] = key.split('/')
  return { provider, owner: { key: owner } }
}
