import type { RequestTarget } from '../../protocol/proof.ts'
import type { Details, Provider } from '../contract.ts'
import { apiError, fixedHeaders, judgedStatuses, tokenHeaders } from './api.ts'
import { usesLoopback } from './check.ts'
import type { Described } from './described.ts'
import { loginDetails, loginQuery } from './login-leg.ts'

/** The members of a provider that a description tells, whatever its kind. */
export function describedMembers(described: Described) {
  const { options, scopes } = described
  const { refreshTokens = 'rotating', dpop } = options
  const login = loginDetails(described)
  return {
    scopes,
    pkce: options.pkce ?? true,
    restartsWithoutState: options.restartsWithoutState ?? false,
    redirectUri: options.redirectUri,
    usesLoopback: usesLoopback(options),
    loginParams: options.loginParams ?? [],
    ...(login && { loginDetails: login, loginQuery: (details: Details) => loginQuery(described, details) }),
    ...(refreshTokens !== 'none' && { refreshTokens }),
    revokesWholeGrant: options.revokesWholeGrant ?? false,
    apiHeaders: fixedHeaders(described),
    tokenHeaders: (grant, target) => tokenHeaders(described, grant, target),
    ...(dpop && { asksAgain: (target: RequestTarget, answer: Response) => dpop.asksAgain(target, answer) }),
    judgedStatuses: judgedStatuses(described),
    apiError: (status, body, headers) => apiError(described, status, body, headers),
  } satisfies Partial<Provider>
}
