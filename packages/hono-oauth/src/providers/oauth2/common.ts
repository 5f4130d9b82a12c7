import { bearerError } from '../../protocol/bearer-error.ts'
import { parseScope } from '../../protocol/scope.ts'
import type { TokenSet } from '../../protocol/token-response.ts'
import type { Provider, RenewedTokens } from '../contract.ts'
import type { ClientOptions } from './options.ts'

/** What a provider is made of whose server does as RFC 6749 and RFC 6750 say. */
export function commonMembers(options: ClientOptions) {
  return {
    pkce: options.pkce ?? true,
    restartsWithoutState: false,
    loginParams: options.loginParams ?? [],
    refreshTokens: options.refreshTokens ?? 'rotating',
    revokesWholeGrant: options.revokesWholeGrant ?? false,
    authorizationHeader: (accessToken) => `Bearer ${accessToken.reveal()}`,
    apiError: bearerError,
  } satisfies Partial<Provider>
}

/** The tokens of a refresh, with the scopes that are left where the answer tells any. */
export function renewedTokens(tokens: TokenSet): RenewedTokens {
  // A scope has at least one token (RFC 6749, section 3.3): an empty one tells nothing.
  const left = parseScope(tokens.scope ?? '')
  return { ...tokens, scopes: left.length > 0 ? left : undefined }
}
