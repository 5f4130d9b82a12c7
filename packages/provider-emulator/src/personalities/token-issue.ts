import { randomHex } from '../encoding.ts'
import { TOKEN_RESPONSE_FAULTS } from '../faults/token-response.ts'
import type { AccessToken, Grant, RefreshToken } from '../grants.ts'
import { consumeFirst } from '../scenarios.ts'
import type { Granted, Issued, TokenRequest } from './contexts.ts'
import { idTokenFor } from './id-token.ts'
import type { Model } from './model.ts'

/** Seconds until an access token ends; null if it has no end. */
function lifetimeOf({ personality }: Model, request: TokenRequest): number | null {
  const { lifetime, exchange } = personality.token
  if (request.grantType === 'exchange') return exchange?.lifetime ?? null
  return typeof lifetime === 'function' ? lifetime(request) : lifetime
}

const secondsUntil = (time: number, now: number): number | undefined =>
  Number.isFinite(time) ? Math.max(0, Math.ceil((time - now) / 1000)) : undefined

/** Replaces or keeps the refresh token of a refresh; returns the one of the answer. */
function nextRefreshToken(
  { personality, grants, services }: Model,
  token: RefreshToken<Granted>,
): RefreshToken<Granted> | undefined {
  const { kind, repeats, endsAccessTokens } = personality.token.refresh
  if (endsAccessTokens) {
    for (const old of grants.accessTokensOf(token.grant)) old.expiresAt = services.clock.now()
  }
  if (kind !== 'rotating') return repeats ? token : undefined
  token.used ??= { at: services.clock.now(), successors: undefined }
  return grants.issueRefreshToken(token.grant)
}

function issueAccessToken(
  { personality, grants }: Model,
  grant: Grant<Granted>,
  issued: Omit<Issued, 'accessToken' | 'idToken'>,
): AccessToken<Granted> {
  const bytes = issued.fault?.tokenBytes
  const value = bytes === undefined ? personality.token.accessToken?.(issued) : randomHex(bytes)
  return grants.issueAccessToken(grant, grant.scopes, issued.expiresIn ?? Number.POSITIVE_INFINITY, value)
}

interface Issue {
  readonly grant: Grant<Granted>
  readonly refreshToken: RefreshToken<Granted> | undefined
  readonly nonce?: string | undefined
}

async function issue(model: Model, request: TokenRequest, { grant, refreshToken, nonce }: Issue): Promise<Issued> {
  const { clock, scenarios } = model.services
  const now = clock.now()
  const fault = consumeFirst(scenarios, TOKEN_RESPONSE_FAULTS)
  const rest = {
    ...request,
    fault,
    expiresIn: fault?.lifetimeSeconds ?? lifetimeOf(model, request) ?? undefined,
    refreshToken: refreshToken?.value,
    refreshExpiresIn: refreshToken === undefined ? undefined : secondsUntil(refreshToken.expiresAt, now),
    now,
  }
  const accessToken = issueAccessToken(model, grant, rest).value
  return { ...rest, accessToken, idToken: await idTokenFor(model, request.granted, nonce) }
}

/** Opens a grant for a code and issues its tokens. */
export function issueForCode(model: Model, request: TokenRequest, nonce: string | undefined): Promise<Issued> {
  const { kind, when } = model.personality.token.refresh
  const grant = model.grants.open(request.granted)
  const isRefreshable = kind !== 'none' && (when?.(request) ?? true)
  const refreshToken = isRefreshable ? model.grants.issueRefreshToken(grant) : undefined
  return issue(model, request, { grant, refreshToken, nonce })
}

/** Issues the tokens of a refresh. */
export function issueForRefresh(model: Model, request: TokenRequest, token: RefreshToken<Granted>): Promise<Issued> {
  return issue(model, request, { grant: token.grant, refreshToken: nextRefreshToken(model, token) })
}

/** Issues another access token for the grant of a live one. */
export const issueForExchange = (model: Model, request: TokenRequest, grant: Grant<Granted>): Promise<Issued> =>
  issue(model, request, { grant, refreshToken: undefined })
