import type { ScenarioDefinition, Scenarios } from '../scenarios.ts'

const REJECTED: ScenarioDefinition = {
  name: 'refresh-rejected',
  description: "A refresh gets the provider's answer to a dead refresh token, which stays valid.",
}
const REUSED: ScenarioDefinition = {
  name: 'refresh-token-reused',
  description: 'The refresh token that is sent counts as used before, without a grace period, and is dead.',
}
const LOST: ScenarioDefinition = {
  name: 'refresh-loses-response',
  description: 'A refresh succeeds and a refresh token that rotates is used up, but the response is lost.',
}

/** The faults of a refresh whose refresh token lives as long as the grant. */
export const ENDLESS_REFRESH_FAULTS: readonly ScenarioDefinition[] = [REJECTED, LOST]

/** The faults of a refresh. */
export const REFRESH_FAULTS: readonly ScenarioDefinition[] = [...ENDLESS_REFRESH_FAULTS, REUSED]

/** Whether a refresh is refused, and the refresh token stays valid. */
export const isRefreshRejected = (scenarios: Scenarios): boolean => scenarios.consume(REJECTED.name)

/** Whether the refresh token counts as used before. */
export const isRefreshTokenReused = (scenarios: Scenarios): boolean => scenarios.consume(REUSED.name)

/** Whether the response of a successful refresh is lost. */
export const losesRefreshResponse = (scenarios: Scenarios): boolean => scenarios.consume(LOST.name)
