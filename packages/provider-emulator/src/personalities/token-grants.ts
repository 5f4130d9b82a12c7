import { isRefreshRejected, isRefreshTokenReused } from '../faults/refresh.ts'
import type { RefreshToken } from '../grants.ts'
import { challengeOf } from '../pkce.ts'
import type { Granted, Texts } from './contexts.ts'
import type { Code, LoginRequest, Model } from './model.ts'
import type { TokenErrors } from './personality.ts'

/** The name of the error of a refused token request. */
export type Refusal = keyof TokenErrors

/** Takes a code for tokens. It is used up, unless the request is refused. */
export async function redeemCode({ codes, personality }: Model, sent: Texts): Promise<Code | Refusal> {
  const { code: value = '', code_verifier: verifier, redirect_uri: redirectUri } = sent
  // The digest comes before the lookup, because another request could use the code meanwhile.
  const challenge = verifier === undefined ? undefined : await challengeOf(verifier)
  const code = codes.find(value)
  if (code === undefined) return 'code'
  const { login, granted } = code
  const isOptional = personality.token.redirectUri === 'optional'
  if (!isSameRedirect(login, redirectUri) && !(isOptional && redirectUri === undefined)) return 'redirect'
  if (personality.authorization.pkce !== 'ignored' && challenge !== login.challenge) return 'verifier'
  const refusal = personality.token.check?.({ grantType: 'authorization_code', granted, sent })
  if (refusal !== undefined) return refusal
  codes.use(value)
  return code
}

/** RFC 6749, 4.1.3: required if the authorization request had it, and in any case identical. */
const isSameRedirect = ({ sentRedirectUri, redirectUri }: LoginRequest, sent: string | undefined): boolean =>
  sent === sentRedirectUri || (sentRedirectUri === undefined && sent === redirectUri)

/** Whether a refresh token was replaced, and its grace period is over. */
const isUsedUp = ({ personality, services }: Model, { used }: RefreshToken<Granted>): boolean =>
  used !== undefined && services.clock.now() >= used.at + (personality.token.refresh.grace ?? 0) * 1000

/** Finds the refresh token of a request. It is synchronous, so only one of two requests succeeds. */
export function findRefreshToken(model: Model, sent: Texts): RefreshToken<Granted> | Refusal {
  const { grants, personality, services } = model
  const { scenarios } = services
  const { refresh, check } = personality.token
  if (isRefreshRejected(scenarios)) return 'refresh'
  const token = grants.findRefreshToken(sent['refresh_token'] ?? '')
  if (token === undefined) return 'refresh'
  const isReused = isRefreshTokenReused(scenarios)
  if (isReused) token.expiresAt = services.clock.now()
  if (isReused || isUsedUp(model, token)) {
    if (refresh.reuseEndsGrant) {
      token.grant.reuseDetectedAt = services.clock.now()
      grants.end(token.grant)
    }
    return 'refresh'
  }
  return check?.({ grantType: 'refresh_token', granted: token.grant, sent }) ?? token
}
