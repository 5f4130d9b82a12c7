import type { Connection } from '../connections/connection.ts'
import { open, seal } from '../crypto/seal.ts'
import { isOAuthError, OAuthError, type OAuthErrorOptions } from '../errors.ts'
import type { Session } from '../session/session.ts'
import { entryOf, type LogEntry } from './log.ts'
import type { Visit } from './runtime.ts'

/** The query parameter of the callback that holds the outcome of a login. */
export const OUTCOME_PARAMETER = 'login_outcome'

/** What the answer to a login needs of an outcome. */
interface Told {
  /** The session that the browser gets. */
  readonly session?: Session | undefined
  /** When the outcome was known, in milliseconds since the epoch. */
  readonly at: number
}

/** What a login came to. */
export type Outcome = Told & ({ readonly connection: Connection } | { readonly error: unknown })

/** An outcome on its way through the browser; it holds no token. */
interface SealedOutcome extends Told {
  /** The id of the connection. */
  readonly id: string
  readonly failure?: Omit<OAuthErrorOptions, 'cause' | 'detail'> & LogEntry
}

/**
 * Seals an outcome into the query of another request of the same browser to the callback.
 *
 * @param state - of the login
 */
export async function sealOutcome({ runtime }: Visit, state: string, outcome: Outcome): Promise<string> {
  const { session, at } = outcome
  const result = 'error' in outcome ? { failure: failureOf(outcome.error) } : { id: outcome.connection.id }
  const sealed = await seal(runtime.ring, 'transaction', placeOf(state), { session, at, ...result })
  return `?state=${state}&${OUTCOME_PARAMETER}=${sealed}`
}

/** All of an error that JSON can hold; the entry of the log has the messages of the causes. */
function failureOf(thrown: unknown) {
  const error = isOAuthError(thrown) ? thrown : new OAuthError('authorization_failed', { cause: thrown })
  return { ...error, ...entryOf(error) }
}

/**
 * Opens an outcome. The caller has checked that the browser has the cookie of the login, which also ends the outcome:
 * a person who is sent the outcome of another person's login must not get the session of that person.
 *
 * @throws OAuthError `transaction_unknown` for a text that is no outcome of this login
 */
export async function openOutcome({ c, runtime, name }: Visit, state: string, sealed: string): Promise<Outcome> {
  const opened = await open<SealedOutcome>(runtime.ring, 'transaction', placeOf(state), sealed)
  if (!opened) throw new OAuthError('transaction_unknown')
  const { id, failure, ...told } = opened.value
  try {
    if (!failure) {
      const [, key = ''] = id.split('.')
      // Reads past the cache of this isolate: another one may have written the connection.
      await runtime.opens(name, { key })
      return { ...told, connection: await runtime.connections(c).get(id) }
    }
    const { code, message: detail, cause } = failure
    throw new OAuthError(code, { ...failure, detail, cause: cause && new Error(cause) })
  } catch (error) {
    return { ...told, error }
  }
}

/** No cookie has a name with a space, so no transaction opens as an outcome. */
function placeOf(state: string): string {
  return `outcome ${state}`
}
