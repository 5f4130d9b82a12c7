import { LATE, untilDeadline } from '../deadline.ts'
import type { OAuthErrorCode } from '../errors.ts'
import type { RevocationOutcome } from '../providers/contract.ts'
import type { ConnectionSummary } from './summary.ts'

/** What happened to a connection, and when (ISO 8601). It holds no secret. */
export type ConnectionEvent = { readonly at: string } & (
  | {
      /** A login ended well, or a token was accepted. */
      readonly type: 'connected'
      readonly connection: ConnectionSummary
      /** Whether it overwrote an earlier login of the same grant. */
      readonly again: boolean
    }
  | {
      /** The connection got another access token. */
      readonly type: 'refreshed'
      readonly connection: ConnectionSummary
    }
  | {
      /** A renewal failed for a reason that will pass; told once, until it has recovered. */
      readonly type: 'degraded'
      readonly connection: ConnectionSummary
      /** What failed; `client_rejected` is a mistake of the app's own settings. */
      readonly code: OAuthErrorCode
    }
  | {
      /** A renewal succeeded after some that failed. */
      readonly type: 'recovered'
      readonly connection: ConnectionSummary
    }
  | {
      /**
       * The grant is gone, or its token has ended and nothing can renew it: that is told when somebody first
       * asks for it then. Told once, or over Workers KV once in each isolate; `connection.reauthorizeUrl` is the
       * way back.
       */
      readonly type: 'needs_reauth'
      readonly connection: ConnectionSummary
    }
  | {
      /** The connection is gone here; told again when a pending revocation is settled. */
      readonly type: 'revoked'
      readonly connection: ConnectionSummary
      readonly outcome: RevocationOutcome
      /** Who ended it: its owner here, or somebody at the provider. */
      readonly by: 'owner' | 'provider'
    }
  | {
      /** A verified webhook arrived for the first time. */
      readonly type: 'webhook'
      readonly provider: string
      /** The provider's name of the event. */
      readonly event: string
      /** The provider's id of this delivery, the same whenever it is delivered again. */
      readonly id: string
    }
)

/** Each kind of event without the members that all have. */
export type EventDetails = ConnectionEvent extends infer Each
  ? Each extends ConnectionEvent
    ? Omit<Each, 'at'>
    : never
  : never

/** Takes events. */
export type EventListener = (event: ConnectionEvent) => unknown

// A listener is told before the one whose work it was is answered, so it gets this and no more.
const PATIENCE_MS = 2000

/**
 * Tells a listener, whose failures are for the log alone: what happened has happened.
 *
 * @param now - in seconds since the epoch
 */
export async function tell(
  listener: EventListener | undefined,
  details: EventDetails,
  now: number,
): Promise<void> {
  if (!listener) return
  const event = { ...details, at: new Date(now * 1000).toISOString() } as ConnectionEvent
  const log = (error: unknown) => console.error(`onEvent failed on "${event.type}"`, error)
  const telling = (async () => listener(event))().catch(log)
  if ((await untilDeadline(telling, Date.now() + PATIENCE_MS)) === LATE) log('it takes too long')
}
