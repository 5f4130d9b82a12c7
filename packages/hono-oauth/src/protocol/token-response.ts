import { OAuthError, RefreshTokenSpent } from '../errors.ts'
import { Secret } from '../secret.ts'
import { invalid, isUnavailable, type JsonObject, readJsonObject, unavailable } from './answer.ts'

/** The tokens of one grant. */
export interface TokenSet {
  readonly accessToken: Secret
  readonly refreshToken?: Secret | undefined
  /** The lifetime from the response on, in seconds; absent when the provider gives none. */
  readonly expiresInSeconds?: number | undefined
  /** The granted scope, as the provider writes it; absent when it is the requested scope (RFC 6749, section 5.1). */
  readonly scope?: string | undefined
}

/** The tokens of one token response. */
export interface IssuedTokens extends TokenSet {
  /** The ID token, not verified yet (OpenID Connect Core, section 3.1.3.3). */
  readonly idToken?: Secret | undefined
}

// RFC 6749, section 5.2: errors about the client and its request, not about the grant.
const CLIENT_ERRORS: ReadonlySet<unknown> = new Set([
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
])

/**
 * Judges the token response to an authorization code.
 *
 * @throws OAuthError `code_rejected`, `client_rejected`, `provider_unavailable` or
 *   `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5 | RFC 6749 - section 5}
 */
export async function processTokenResponse(response: Response): Promise<IssuedTokens> {
  const json = await readSuccess(response, 'code_rejected')
  if (response.status !== 200) throw invalid(`the token endpoint answered ${response.status}`)
  return readTokens(json, invalid, (member) => {
    throw invalid(`a token response whose "${member}" is invalid`)
  })
}

/**
 * Judges the token response to a refresh token. An optional member that is invalid counts as absent: the
 * provider may have rotated the refresh token, and a refusal would lose the connection.
 *
 * @returns the tokens, without a refresh token when the response has none: then the sent one stays valid
 * @throws OAuthError `needs_reauth`, `client_rejected`, `provider_unavailable` or
 *   `provider_response_invalid`, whose cause is {@link RefreshTokenSpent} after a success without a usable
 *   access token
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 | RFC 6749 - section 6}
 */
export async function processRefreshResponse(response: Response): Promise<IssuedTokens> {
  const json = await readSuccess(response, 'needs_reauth')
  if (typeof json['error'] === 'string' && json['access_token'] === undefined) {
    // An error response with the status of a success: the provider issued nothing.
    throw invalid(`the token endpoint answered ${response.status} with an error`)
  }
  const spent = (reason: string) =>
    new OAuthError('provider_response_invalid', { cause: new RefreshTokenSpent(reason) })
  return readTokens(json, spent, () => undefined)
}

/** The JSON object of a successful response. */
async function readSuccess(response: Response, rejected: 'code_rejected' | 'needs_reauth'): Promise<JsonObject> {
  if (isUnavailable(response)) throw unavailable('the token endpoint', response)
  const json = await readJsonObject(response)
  if (!response.ok) throw refused(response.status, json?.['error'], rejected)
  if (!json) throw invalid('a token response that is no JSON object')
  return json
}

/** The error of an error response (RFC 6749, section 5.2). Logs name only known error codes. */
function refused(status: number, error: unknown, rejected: OAuthError['code']): OAuthError {
  const isRejected = error === 'invalid_grant'
  const isClient = CLIENT_ERRORS.has(error)
  const name = isRejected || isClient ? error : 'an unknown error'
  const cause = new Error(`the token endpoint answered ${status}: ${name}`)
  if (isRejected) return new OAuthError(rejected, { cause })
  return new OAuthError(isClient ? 'client_rejected' : 'provider_response_invalid', { cause })
}

/**
 * The tokens of a response.
 *
 * @param fault - the error for a response without a usable access token
 * @param onInvalid - called for an optional member that is present and invalid
 */
function readTokens(
  json: JsonObject,
  fault: (reason: string) => OAuthError,
  onInvalid: (member: string) => undefined,
): IssuedTokens {
  const optional = <T>(member: string, read: (value: unknown) => T | undefined): T | undefined => {
    const value = json[member]
    return read(value) ?? (value === undefined ? undefined : onInvalid(member))
  }
  const accessToken = readToken(json['access_token'])
  if (!accessToken) throw fault('a token response without a usable "access_token"')
  const type = json['token_type']
  // A client must not use a token of a type that it does not understand (RFC 6749, section 7.1).
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    throw fault('a token response whose "token_type" is not Bearer')
  }
  const idToken = json['id_token']
  return {
    accessToken,
    refreshToken: optional('refresh_token', readToken),
    expiresInSeconds: optional('expires_in', readLifetime),
    scope: optional('scope', (value) => (typeof value === 'string' ? value : undefined)),
    idToken: typeof idToken === 'string' ? new Secret(idToken) : undefined,
  }
}

/** A value as a bearer token; `undefined` for anything that no header can carry (RFC 6750, section 2.1). */
export function readToken(value: unknown): Secret | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? new Secret(value) : undefined
}

/** A lifetime in seconds; some servers write the number as a text. */
function readLifetime(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? Number.parseFloat(value) : value
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
}
