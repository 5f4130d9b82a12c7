import type { ScenarioDefinition } from '../scenarios.ts'

/** A refresh without rotation: the refresh token that was sent stays valid. */
interface UnrotatedRefresh extends ScenarioDefinition {
  /** The `refresh_token` of the response, from the one that was sent. */
  readonly refreshTokenInResponse: (sent: string) => string | undefined
}

export const UNROTATED_REFRESHES: readonly UnrotatedRefresh[] = [
  {
    name: 'refresh-without-refresh-token',
    description: 'A refresh returns no refresh token; the one that was sent stays valid.',
    refreshTokenInResponse: () => undefined,
  },
  {
    name: 'refresh-with-same-refresh-token',
    description: 'A refresh returns the refresh token that was sent, which stays valid.',
    refreshTokenInResponse: (sent) => sent,
  },
  {
    name: 'refresh-with-empty-refresh-token',
    description: 'A refresh returns an empty refresh token; the one that was sent stays valid.',
    refreshTokenInResponse: () => '',
  },
]
