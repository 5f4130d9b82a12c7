import type { OAuthErrorCode } from '../errors.ts'
import type { RevocationOutcome } from '../providers/contract.ts'
import type { WaitUntil } from '../vault/address.ts'
import type { ConnectionRecord } from '../vault/record.ts'
import type { ConnectionSummary } from './connection.ts'

/**
 * What happened to a connection, the time in ISO 8601, and the user of the app: the id that the `owner` setting
 * returned at the last login; absent where a connection belongs to a browser. An event holds no secret.
 */
export type ConnectionEvent = { readonly at: string; readonly owner?: string | undefined } & (
  | {
      /** A login succeeded, or a token was accepted. */
      readonly type: 'connected'
      readonly connection: ConnectionSummary
      /** Whether the login replaced an earlier one of the same grant. */
      readonly again: boolean
    }
  | {
      /**
       * - `refreshed`: the connection has a new access token.
       * - `recovered`: a renewal succeeded after failed ones.
       * - `needs_reauth`: the grant is gone, or the token has ended and nothing can renew it (reported when a request
       *   uses it then). Reported once, or over Workers KV once by each isolate; `connection.reauthorizeUrl` is where
       *   the owner can log in again.
       */
      readonly type: 'refreshed' | 'recovered' | 'needs_reauth'
      readonly connection: ConnectionSummary
    }
  | {
      /** A renewal failed for a temporary reason; reported once, until a renewal succeeds. */
      readonly type: 'degraded'
      readonly connection: ConnectionSummary
      /** The failure; `client_rejected` is a mistake in the app's own settings. */
      readonly code: OAuthErrorCode
    }
  | {
      /** The connection was deleted here; reported again when a pending revocation is settled. */
      readonly type: 'revoked'
      readonly connection: ConnectionSummary
      readonly outcome: RevocationOutcome
      /** Whether the owner disconnected it here or the provider ended the grant. */
      readonly by: 'owner' | 'provider'
    }
  | {
      /**
       * - `webhook`: a verified webhook was handled.
       * - `webhook_failed`: its handler failed after the provider got its answer, so the provider may not deliver it
       *   again. A further delivery would be handled.
       */
      readonly type: 'webhook' | 'webhook_failed'
      readonly provider: string
      /** The provider's name of the event. */
      readonly event: string
      /** The provider's id of the event, the same for each delivery. */
      readonly id: string
    }
)

/** An event as the engine reports it: without the time, and with the record in place of its summary. */
export type ReportedEvent = ConnectionEvent extends infer Each
  ? Each extends { readonly connection: ConnectionSummary }
    ? Omit<Each, 'at' | 'owner' | 'connection'> & { readonly record: ConnectionRecord }
    : Each extends ConnectionEvent
      ? Omit<Each, 'at' | 'owner'>
      : never
  : never

/** Reports an event to the app. The caller goes on at once; `waitUntil` lets the app's listener end. */
export type Report = (event: ReportedEvent, waitUntil?: WaitUntil) => void

/** Takes events. */
export type EventListener = (event: ConnectionEvent) => unknown

/** Calls the app's listener. A failure of the listener is logged and has no other effect. */
export async function notify(listener: EventListener, event: ConnectionEvent): Promise<void> {
  try {
    await listener(event)
  } catch (error) {
    console.error(`onEvent failed on "${event.type}"`, error)
  }
}
