import { isOAuthError } from './errors.ts'

/** Something that the package does: one piece of work for a caller, or one request to a provider. */
export type Observed =
  | {
      /**
       * - `login`: a login begins, up to the redirect to the provider.
       * - `callback`: the person comes back from the provider.
       * - `renewal`: the provider is asked for a new access token, with all attempts.
       * - `disconnect`: a connection is deleted here; a `revocation` may be in it.
       * - `revocation`: the provider is asked to end a grant.
       * - `webhook`: a webhook is verified and handled, up to its answer.
       * - `key_rotation`: `rotateKeys()` seals stored values.
       */
      readonly name: 'login' | 'callback' | 'renewal' | 'disconnect' | 'revocation' | 'webhook' | 'key_rotation'
      /** The name of the provider in the configuration; absent for a key rotation. */
      readonly provider?: string
    }
  | {
      readonly name: 'request'
      /** The HTTP method; `GET` by default. */
      readonly method?: string | undefined
      /** The origin of the provider's server. Its path and query may hold a token, and are not told. */
      readonly origin: string
    }

/** How something ended. */
export interface Outcome {
  /** The code of the error; `_OTHER` for an error that is not of this package. */
  readonly error?: string | undefined
  /** The HTTP status of the answer, where there is one. */
  readonly status?: number | undefined
}

/**
 * Takes what the package does, while it happens.
 *
 * @param observed - what begins; it holds no secret, and nothing about the connection
 * @param run - does it, and says how it ended; call it before anything is awaited, and it runs in your async context
 */
export type Telemetry = (observed: Observed, run: () => Promise<Outcome>) => unknown

/** Does work, and tells the app's telemetry of it. */
export type Observe = <T>(observed: Observed, work: () => Promise<T>) => Promise<T>

/** Tells the app's telemetry of work, if there is one. A failure of the telemetry is logged and has no other effect. */
export function observer(telemetry: Telemetry | undefined): Observe {
  return (observed, work) => {
    if (!telemetry) return work()
    let working: ReturnType<typeof work> | undefined
    const run = () => {
      working ??= work()
      return working.then(
        // An answer may be of another realm's `Response`. No other result has a status.
        (result) => ({ status: Object(result).status }),
        (error: unknown) => ({ error: isOAuthError(error) ? error.code : '_OTHER' }),
      )
    }
    const telling = (async () => telemetry(observed, run))()
    telling.catch((error: unknown) => console.error('telemetry failed', error))
    working ??= work()
    return working
  }
}
