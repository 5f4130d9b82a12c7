import { unavailableResponse } from '../broken-responses.ts'
import { consumeFirst, type ScenarioDefinition, type Scenarios } from '../scenarios.ts'
import type { Fault, ServerErrors } from './fault.ts'

/** The answers of an API in the provider's words. */
export interface ApiAnswers extends ServerErrors {
  /** The answer to a token that is unknown, expired or revoked. */
  readonly deadToken: () => Response
  /** The answer to a token without the scope or permission. */
  readonly missingScope: () => Response
}

/** The faults of API requests. */
export const API_FAULTS: readonly Fault<ApiAnswers>[] = [
  {
    name: 'api-401-once',
    description: "One API request gets the provider's answer to a dead token, which stays valid.",
    defaultTimes: 1,
    respond: ({ deadToken }) => deadToken(),
  },
  {
    name: 'api-401',
    description: "API requests get the provider's answer to a dead token, which stays valid.",
    respond: ({ deadToken }) => deadToken(),
  },
  {
    name: 'api-403-scope',
    description: "API requests get the provider's answer to a token without the scope or permission.",
    respond: ({ missingScope }) => missingScope(),
  },
  {
    name: 'api-429',
    description: 'API requests get the answer to too many requests: 429, or the one of the provider.',
    respond: ({ tooManyRequests }) => tooManyRequests(),
  },
  {
    name: 'api-500',
    description: 'API requests are answered 500.',
    respond: ({ serverError }) => serverError(),
  },
]

/** The response of an active API fault. */
export const brokenApiResponse = (scenarios: Scenarios, answers: ApiAnswers): Response | undefined =>
  consumeFirst(scenarios, API_FAULTS)?.respond(answers)

/** The fault of the request for the account or the user. */
export const ACCOUNT_FAULT: ScenarioDefinition = {
  name: 'userinfo-503',
  description: 'The request for the account answers 503 with Retry-After: 1.',
}

/** The response of an active fault of the account request. */
export const brokenAccountResponse = (scenarios: Scenarios): Response | undefined =>
  scenarios.consume(ACCOUNT_FAULT.name) ? unavailableResponse() : undefined
