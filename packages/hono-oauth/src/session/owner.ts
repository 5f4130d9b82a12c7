import { digest } from '../crypto/encoding.ts'
import type { Session } from './session.ts'

const KEY_LENGTH = 32

/** Whoever connections belong to. */
export interface Owner {
  /** What stands for the owner in storage keys and connection ids: a digest, so any user id fits. */
  readonly key: string
  /** When the owner ceases to exist, in seconds since the epoch; absent for users of the app. */
  readonly expiresAt?: number | undefined
  /** Whether nothing can be stored for it yet, so that there is nothing to read either. */
  readonly isNew?: boolean | undefined
  /** The browser session that asks; users of the app need none. */
  readonly session?: SessionDigests | undefined
}

/** What stands for the ids of a session where they are stored. */
export interface SessionDigests {
  /** Those that the browser can show; none before its first login. */
  readonly shown: readonly string[]
  /** The one that it has after the login that is being finished. */
  readonly next?: string | undefined
  /** When that id was chosen, by this login or by one beside it, in seconds since the epoch. */
  readonly chosenAt?: number | undefined
  /** When that login began, in seconds since the epoch. */
  readonly since?: number | undefined
}

/** The owner that a browser session speaks for. */
export async function sessionOwner(session: Session): Promise<Owner> {
  const [key, shown] = await Promise.all([
    ownerKey('session', session.ownerId),
    digestsShownBy(session),
  ])
  return { key, expiresAt: session.expiresAt, session: { shown } }
}

/**
 * The same owner once a login is finished.
 *
 * @param current - the session that the browser came with
 * @param next - the one that it leaves with
 * @param times - when its id was chosen and when the login began, in seconds since the epoch
 */
export async function renewedSessionOwner(
  current: Session | undefined,
  next: Session,
  times: { readonly chosenAt: number; readonly since: number },
): Promise<Owner> {
  const [key, shown, digestOfNext] = await Promise.all([
    ownerKey('session', next.ownerId),
    current ? digestsShownBy(current) : [],
    sessionDigest(next.id),
  ])
  const session = { shown, next: digestOfNext, ...times }
  return { key, expiresAt: next.expiresAt, isNew: current === undefined, session }
}

/** The owner that a user of the app is. */
export async function userOwner(userId: string): Promise<Owner> {
  return { key: await ownerKey('user', userId) }
}

function digestsShownBy({ id, otherIds = [] }: Session): Promise<string[]> {
  return Promise.all([id, ...otherIds].map(sessionDigest))
}

/** Whoever reads what is stored must not find in it what opens it. */
function sessionDigest(id: string): Promise<string> {
  return digest(JSON.stringify(['session id', id]), KEY_LENGTH)
}

/** The kind keeps a user id apart from a session id of the same text. */
function ownerKey(kind: 'session' | 'user', id: string): Promise<string> {
  return digest(JSON.stringify([kind, id]), KEY_LENGTH)
}
