import type { Surroundings } from '../provider.ts'
import type { ScenarioDefinition } from '../scenarios.ts'
import type { ExampleConfig } from './config.ts'

/** A refresh that does not rotate: the refresh token that was sent stays good. */
export interface KeptRefreshTokenScenario extends ScenarioDefinition {
  /** What the answer says about the refresh token that was sent. */
  readonly answer: (sent: string) => string | undefined
}

export const KEPT_REFRESH_TOKENS: readonly KeptRefreshTokenScenario[] = [
  {
    name: 'refresh-without-refresh-token',
    description: 'A refresh gives no refresh token; the one that was sent stays good.',
    answer: () => undefined,
  },
  {
    name: 'refresh-with-same-refresh-token',
    description: 'A refresh gives the refresh token that was sent, which stays good.',
    answer: (sent) => sent,
  },
  {
    name: 'refresh-with-empty-refresh-token',
    description: 'A refresh gives an empty refresh token; the one that was sent stays good.',
    answer: () => '',
  },
]

/** What else can be wrong with a refresh. */
export const REFRESH_SCENARIOS: readonly ScenarioDefinition[] = [
  {
    name: 'refresh-loses-response',
    description: 'A refresh is carried out and rotates, but its answer never arrives.',
  },
  {
    name: 'refresh-token-reused',
    description: 'The refresh token that is sent counts as used before, without grace.',
  },
  {
    name: 'refresh-without-expires-in',
    description: 'A refresh gives no expires_in.',
  },
  {
    name: 'refresh-with-fewer-scopes',
    description: 'A refresh gives a token that lacks the last of the scopes, and says so.',
  },
]

/** In place of an answer that got lost. */
export async function lostAnswer(
  { lostResponse }: ExampleConfig,
  { wait, slowSeconds }: Surroundings,
  signal: AbortSignal,
): Promise<Response> {
  const headers = { 'Content-Type': 'text/plain' }
  if (lostResponse === 'bad-gateway') return new Response('Bad Gateway', { status: 502, headers })
  await wait(slowSeconds * 1000, signal)
  return new Response('Gateway Timeout', { status: 504, headers })
}
