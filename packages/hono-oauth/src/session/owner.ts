import { digest } from '../crypto/encoding.ts'

const KEY_LENGTH = 32

/** Whoever connections belong to. */
export interface Owner {
  /** What stands for the owner in storage keys and connection ids: a digest, so any user id fits. */
  readonly key: string
  /** When the owner ceases to exist, in seconds since the epoch; absent for users of the app. */
  readonly expiresAt?: number | undefined
  /** Whether nothing can be stored for it yet, so that there is nothing to read either. */
  readonly isNew?: boolean | undefined
}

/** The owner that a browser session is. */
export async function sessionOwner(session: {
  readonly id: string
  readonly expiresAt: number
}): Promise<Owner> {
  return { key: await ownerKey('session', session.id), expiresAt: session.expiresAt }
}

/** The owner that a user of the app is. */
export async function userOwner(userId: string): Promise<Owner> {
  return { key: await ownerKey('user', userId) }
}

/** The kind keeps a user id apart from a session id of the same text. */
function ownerKey(kind: 'session' | 'user', id: string): Promise<string> {
  return digest(JSON.stringify([kind, id]), KEY_LENGTH)
}
