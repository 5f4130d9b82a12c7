import { deliverSlowly, htmlResponse, unavailableResponse } from '../broken-responses.ts'
import type { EmulatorServices } from '../provider.ts'
import { consumeFirst, type ScenarioDefinition } from '../scenarios.ts'
import type { Fault } from './fault.ts'

const REFUSALS: readonly Fault<void>[] = [
  {
    name: 'revoke-503',
    description: 'Revocation answers 503 with Retry-After: 1; the token stays valid.',
    respond: unavailableResponse,
  },
  {
    name: 'revoke-html',
    description: 'Revocation answers 200 with an HTML page; the token stays valid.',
    respond: htmlResponse,
  },
]

const SLOW: ScenarioDefinition = {
  name: 'revoke-slow',
  description:
    'Revocation succeeds, and the response comes late: after 30 seconds, or the `slowSeconds` of the emulator.',
}

/** The faults of a revocation endpoint. */
export const REVOCATION_FAULTS: readonly ScenarioDefinition[] = [...REFUSALS, SLOW]

/** Answers a revocation request, with the fault of an active scenario. */
export async function answerRevocation(
  services: EmulatorServices,
  signal: AbortSignal,
  normalResponse: () => Promise<Response>,
): Promise<Response> {
  const refusal = consumeFirst(services.scenarios, REFUSALS)
  if (refusal !== undefined) return refusal.respond()
  const response = await normalResponse()
  return services.scenarios.consume(SLOW.name) ? deliverSlowly(response, services, signal) : response
}
