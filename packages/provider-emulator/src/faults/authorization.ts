import type { ScenarioDefinition, Scenarios } from '../scenarios.ts'

/** The user denies. */
export const DENIAL: ScenarioDefinition = {
  name: 'authorize-denied',
  description: "The authorization endpoint answers the provider's denial at once.",
}

const FEWER_SCOPES: ScenarioDefinition = {
  name: 'authorize-with-fewer-scopes',
  description: 'The grant lacks the last of the requested scopes.',
}

/** The faults of an authorization endpoint with scopes. */
export const AUTHORIZATION_FAULTS: readonly ScenarioDefinition[] = [DENIAL, FEWER_SCOPES]

/** Whether the user denies without being asked. */
export const deniesAtOnce = (scenarios: Scenarios): boolean => scenarios.consume(DENIAL.name)

/** The scopes that the user grants: all the requested ones, without a fault. */
export const grantedScopes = (scenarios: Scenarios, requested: readonly string[]): readonly string[] =>
  scenarios.consume(FEWER_SCOPES.name) ? requested.slice(0, -1) : requested
