/**
 * Connections of a Hono app's users to accounts they have elsewhere.
 *
 * @module
 */
export type { Connection, ConnectionSummary } from './connections/connection.ts'
export type { ConnectionEvent } from './connections/events.ts'
export { isOAuthError, OAuthError, type OAuthErrorCode } from './errors.ts'
export type { ConnectedEvent, DisconnectedEvent, FailedEvent, OAuthConfig } from './middleware/config.ts'
export { createOAuth } from './middleware/create-oauth.ts'
export type {
  BackgroundConnections,
  BackgroundContext,
  ChoiceOptions,
  ConnectionEnv,
  RequireOptions,
} from './middleware/find-connections.ts'
export type { LogEntry } from './middleware/log.ts'
export type { Notice } from './middleware/notice.ts'
export type { OAuth } from './middleware/oauth.ts'
export type {
  AccountOf,
  ConnectionOf,
  DetailsOf,
  Providers,
  ScopeOf,
  WebhookHandlers,
} from './middleware/provider-types.ts'
export type { Rotation, RotationOptions } from './middleware/rotate-keys.ts'
export type { OAuthRoutes } from './middleware/routes.ts'
export type { LoginOptions } from './middleware/start-login.ts'
export type { Account, Details, Grant, Provider, RevocationOutcome } from './providers/contract.ts'
export { type OtherScope, otherScope } from './providers/other-scope.ts'
export type { EventMap, WebhookEvent } from './providers/webhook-contract.ts'
export { Secret } from './secret.ts'
export type { GetOptions, KeyPage, ListOptions, PutOptions, Store } from './stores/contract.ts'
export type { Observed, Outcome, Telemetry } from './telemetry.ts'
export type { Health } from './vault/record.ts'
