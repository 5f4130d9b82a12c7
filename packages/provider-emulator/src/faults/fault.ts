import type { Deliver } from '../broken-responses.ts'
import type { ScenarioDefinition } from '../scenarios.ts'

/** A scenario that replaces the normal response. */
export interface Fault<Answers> extends ScenarioDefinition {
  /** Builds the response; `answers` has what providers say in their own words. */
  readonly respond: (answers: Answers) => Response
}

/** A scenario with the normal response and a faulty delivery. */
export interface DeliveryFault extends ScenarioDefinition {
  readonly deliver: Deliver
}

/** The answers of an overloaded or broken server, in the provider's words. */
export interface ServerErrors {
  readonly serverError: () => Response
  readonly tooManyRequests: () => Response
}

/** The same for a provider without words of its own. */
export const PLAIN_SERVER_ERRORS: ServerErrors = {
  serverError: () => Response.json({ error: 'server_error' }, { status: 500 }),
  tooManyRequests: () =>
    Response.json({ error: 'too_many_requests' }, { status: 429, headers: { 'Retry-After': '1' } }),
}
