import {
  type DeliveryScenario,
  deliverSlowly,
  htmlResponse,
  hugeResponse,
  redirectResponse,
} from '../broken-responses.ts'
import type { ProviderBindings } from '../provider.ts'
import { type FaultScenario, faultScenario } from '../scenarios.ts'
import { serverError, TOKEN_ERRORS, tokenErrorResponse, tooManyRequests } from './errors.ts'
import type { WixTokenErrors } from './options.ts'

export interface TokenFaultContext {
  readonly errors: WixTokenErrors
  readonly urlOf: ProviderBindings['urlOf']
}

/** A response without a token. The code stays unused. */
export type TokenFaultScenario = FaultScenario<TokenFaultContext>

const fault = faultScenario<TokenFaultContext>

/** The faults of both token endpoints. */
export const TOKEN_FAULTS: readonly TokenFaultScenario[] = [
  fault('wix-token-endpoint-400', 'Status 400, as for an app that was removed.', ({ errors }) =>
    tokenErrorResponse({ ...errors, removed: 400 }, TOKEN_ERRORS.removed),
  ),
  fault('wix-token-endpoint-401', 'Status 401, as for a wrong secret.', ({ errors }) =>
    tokenErrorResponse({ ...errors, client: 401 }, TOKEN_ERRORS.invalidClient),
  ),
  fault('wix-token-endpoint-404', 'Status 404, as for an unknown instance.', ({ errors }) =>
    tokenErrorResponse({ ...errors, grant: 404 }, TOKEN_ERRORS.unknownInstance),
  ),
  fault('wix-token-endpoint-429', 'Status 429 without Retry-After.', () => tooManyRequests()),
  fault('wix-token-endpoint-500', 'Status 500 with an empty Wix error.', () => serverError()),
  fault('wix-token-endpoint-html', 'Status 200 with an HTML page.', () => htmlResponse('Wix')),
  fault(
    'wix-token-endpoint-redirects',
    'Status 307 to www.wix.com/oauth2/redirected; the request log shows whether it was followed.',
    ({ urlOf }) => redirectResponse(urlOf('www.wix.com', '/oauth2/redirected')),
  ),
  fault('wix-token-endpoint-huge', 'Status 200 with a body of 50 MB and no Content-Length.', () =>
    hugeResponse('{"token_type":"Bearer","access_token":"'),
  ),
]

export const TOKEN_DELIVERIES: readonly DeliveryScenario[] = [
  {
    name: 'wix-token-endpoint-slow',
    description: 'The normal response, after 30 seconds.',
    deliver: deliverSlowly,
  },
]

/** The faults of a code exchange at `/oauth/access`. */
export const CODE_EXCHANGE_FAULTS: readonly TokenFaultScenario[] = [
  fault(
    'wix-code-exchange-400',
    'A code exchange is answered 400; the code stays unused, the app installed.',
    ({ errors }) => tokenErrorResponse({ ...errors, grant: 400 }, TOKEN_ERRORS.invalidCode),
  ),
]

/** The faults of a refresh at `/oauth/access`. */
export const REFRESH_FAULTS: readonly TokenFaultScenario[] = [
  fault('wix-refresh-500', 'A refresh is answered 500; the refresh token stays valid.', () => serverError()),
  fault('wix-refresh-invalid', 'A refresh is answered as for an invalid refresh token; it stays valid.', ({ errors }) =>
    tokenErrorResponse(errors, TOKEN_ERRORS.invalidRefreshToken),
  ),
]
