import { OAuthError, RefreshTokenSpent, UnknownRefusal } from '../errors.ts'
import { Secret } from '../secret.ts'
import {
  invalid,
  isUnavailable,
  type JsonObject,
  parseJsonObject,
  readErrorName,
  readTexts,
  unavailable,
} from './answer.ts'
import { secretsBehind } from './client.ts'
import { parseScope } from './scope.ts'

/** The tokens of one grant. */
export interface TokenSet {
  readonly accessToken: Secret
  readonly refreshToken?: Secret | undefined
  /** The private key that the tokens are bound to, as a JWK; absent for bearer tokens. */
  readonly proofKey?: Secret | undefined
  /** The secret that a server has made for this app, and that goes with the refresh token; absent for any other client. */
  readonly clientSecret?: Secret | undefined
  /** The lifetime from the response on, in seconds; absent when the provider gives none. */
  readonly expiresInSeconds?: number | undefined
  /** The lifetime of the refresh token from the response on, in seconds; absent when the provider gives none. */
  readonly refreshExpiresInSeconds?: number | undefined
  /** The granted scopes; absent when they are the requested ones (RFC 6749, section 5.1). */
  readonly scopes?: readonly string[] | undefined
}

/** The tokens of one token response. */
export interface IssuedTokens extends TokenSet {
  /** The ID token, not verified yet (OpenID Connect Core, section 3.1.3.3). */
  readonly idToken?: Secret | undefined
}

/** The errors of RFC 6749, sections 4.1.2.1 and 5.2, and of RFC 6750, section 3.1, that a provider's own words can mean. */
export type ErrorWord = 'access_denied' | 'invalid_grant' | 'invalid_client' | 'invalid_token'

/** A provider's own words for errors, in those of the RFCs. */
export type ErrorWords = Readonly<Record<string, ErrorWord>>

/** What was sent to the token endpoint. */
export type SentCredential = 'code' | 'refresh_token'

// RFC 6749, section 5.2: errors about the client and its request, not about the grant.
const CLIENT_ERRORS: ReadonlySet<unknown> = new Set([
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  // RFC 9449, sections 5 and 8.
  'invalid_dpop_proof',
  'use_dpop_nonce',
])
const GRANT_ERRORS: ReadonlySet<unknown> = new Set(['invalid_grant', 'access_denied', 'invalid_token'])
const REJECTED = { code: 'code_rejected', refresh_token: 'needs_reauth' } as const
const REFRESH_LIFETIMES = ['refresh_token_expires_in', 'refresh_expires_in', 'x_refresh_token_expires_in']

/** The body of a token response; a member that is `null` counts as absent. */
export interface TokenAnswer {
  readonly response: Response
  /** `undefined` when the body is no JSON object. */
  readonly json: JsonObject | undefined
}

/** The answer of a token endpoint, of any status and content type. */
export async function parseTokenAnswer(response: Response): Promise<TokenAnswer> {
  const json = parseJsonObject(await response.text())
  return { response, json: json && withoutNulls(json) }
}

/**
 * The tokens of a token response of a server that follows RFC 6749.
 *
 * @param response - whose body was not read yet
 * @param sent - which credential the request had
 * @throws OAuthError as {@link requireSuccess} and {@link readTokens}
 * @example
 * ```ts
 * const answer = Response.json({ access_token: 'a-token', token_type: 'Bearer', expires_in: 3600 })
 * const { accessToken, expiresInSeconds } = await processTokenResponse(answer, 'code')
 * ```
 */
export async function processTokenResponse(response: Response, sent: SentCredential): Promise<IssuedTokens> {
  const answer = await parseTokenAnswer(response)
  return readTokens(requireSuccess(answer, sent), sent)
}

/**
 * The JSON object of a success: any status 2xx without an `error`.
 *
 * @param words - the provider's own words for errors: each text of the object is looked up, whatever the status
 * @param endpoint - its name, for logs
 * @throws OAuthError `code_rejected` or `needs_reauth`, `client_rejected`, `provider_unavailable` or
 *   `provider_response_invalid`, whose cause is {@link UnknownRefusal} for a refusal in unknown words
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5 | RFC 6749 - section 5}
 */
export function requireSuccess(
  { response, json }: TokenAnswer,
  sent: SentCredential,
  words: ErrorWords = {},
  endpoint = 'the token endpoint',
): JsonObject {
  const hasError = !response.ok || json?.['error'] !== undefined || json?.['access_token'] === undefined
  // A text that a person chose, such as the name of a workspace, must not fail a success.
  const { word, name } = hasError ? errorIn(json ?? {}, words) : { word: undefined }
  const isKnown = name !== undefined && Object.hasOwn(words, name)
  const isDown = isUnavailable(response) || word === 'temporarily_unavailable'
  if (isDown && !isKnown) throw unavailable(endpoint, response)
  const answered = `${endpoint} answered ${response.status}`
  if (!response.ok || json?.['error'] !== undefined || isKnown) {
    const tokens = Object.entries(json ?? {}).flatMap(([member, value]) =>
      member.endsWith('_token') && typeof value === 'string' ? value : [],
    )
    const providerError = readErrorName(name, [...secretsBehind(response), ...tokens])
    throw refused(answered, word, name, sent, providerError)
  }
  if (!json) throw invalid('a token response that is no JSON object')
  return json
}

/** What a refusal means, and how the provider names it. */
export function errorIn(json: JsonObject, words: ErrorWords): { readonly word: unknown; readonly name?: string } {
  const isWord = (text: unknown): text is string => typeof text === 'string' && Object.hasOwn(words, text)
  const name = Object.values(json).find(isWord)
  if (name !== undefined) return { word: words[name], name }
  const { error } = json
  return typeof error === 'string' ? { word: error, name: error } : { word: undefined }
}

/** The error of a refusal (RFC 6749, section 5.2). Logs name only words of the RFCs and of the description. */
function refused(
  answered: string,
  word: unknown,
  name: string | undefined,
  sent: SentCredential,
  providerError: string | undefined,
): OAuthError {
  const isRejected = GRANT_ERRORS.has(word)
  const isClient = CLIENT_ERRORS.has(word)
  const told = isRejected || isClient ? name : 'an unknown error'
  const meaning = isRejected || isClient ? word : undefined
  const text = `${answered}: ${told}${meaning === told || !meaning ? '' : ` (${meaning})`}`
  if (isRejected) return new OAuthError(REJECTED[sent], { cause: new Error(text), providerError })
  if (isClient) return new OAuthError('client_rejected', { cause: new Error(text), providerError })
  return new OAuthError('provider_response_invalid', { cause: new UnknownRefusal(text), providerError })
}

/**
 * The tokens of a success. An optional member that is invalid counts as absent: a refusal would lose the grant.
 *
 * @param tokenType - the type that the access token must have
 * @throws OAuthError `provider_response_invalid` without a usable access token; after a refresh its cause is
 *   {@link RefreshTokenSpent}
 */
export function readTokens(
  json: JsonObject,
  sent: SentCredential,
  tokenType: 'Bearer' | 'DPoP' = 'Bearer',
): IssuedTokens {
  const fault = (reason: string) => {
    const cause = sent === 'code' ? new Error(reason) : new RefreshTokenSpent(reason)
    return new OAuthError('provider_response_invalid', { cause })
  }
  const accessToken = readToken(json['access_token'])
  if (!accessToken) throw fault('a token response without a usable "access_token"')
  const { token_type: type, id_token: idToken } = json
  // A client must not use a token of a type that it does not understand (RFC 6749, section 7.1).
  if (typeof type !== 'string' || type.toLowerCase() !== tokenType.toLowerCase()) {
    throw fault(`a token response whose "token_type" is not ${tokenType}`)
  }
  const refreshLifetimes = REFRESH_LIFETIMES.map((name) => readLifetime(json[name]))
  return {
    accessToken,
    refreshToken: readToken(json['refresh_token']),
    expiresInSeconds: readLifetime(json['expires_in']),
    refreshExpiresInSeconds: refreshLifetimes.find((seconds) => seconds !== undefined),
    scopes: readScopes(json['scope']),
    idToken: typeof idToken === 'string' ? new Secret(idToken) : undefined,
  }
}

/**
 * A value as a bearer token; `undefined` for anything that no header can carry (RFC 6750, section 2.1).
 *
 * @param value - such as a member of an answer
 * @example
 * ```ts
 * const token = readToken('a-token') // a `Secret`, which prints as [redacted]
 * ```
 */
export function readToken(value: unknown): Secret | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? new Secret(value) : undefined
}

/** A lifetime in seconds; some servers write the number as a text. */
function readLifetime(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? Number.parseFloat(value) : value
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
}

/** The scopes of a text or of a list. An empty text of a code's response says that no scope was granted. */
function readScopes(value: unknown): string[] | undefined {
  if (typeof value === 'string') return parseScope(value)
  return Array.isArray(value) ? readTexts(value).flatMap(parseScope) : undefined
}

function withoutNulls(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null))
}
