import {
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  ResponseBodyError,
} from 'oauth4webapi'
import { OAuthError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { invalid } from './back-channel.ts'
import type { RegisteredClient } from './client.ts'
import { type JsonObject, jsonResponse, parseJsonObject } from './json-body.ts'
import { isUnavailable, unavailable } from './retry-after.ts'
import { isTokenText } from './token-text.ts'

/** What a provider issued at its token endpoint. */
export interface TokenSet {
  readonly accessToken: Secret
  readonly refreshToken?: Secret | undefined
  /** The lifetime from the moment of the response, in seconds; absent when the provider gave none. */
  readonly expiresInSeconds?: number | undefined
  /** The granted scope as it was written; absent means as requested, RFC 6749 section 5.1. */
  readonly scope?: string | undefined
}

/** What a provider issued in one answer of its token endpoint. */
export interface IssuedTokens extends TokenSet {
  /** Whoever asked for one has to verify it (OpenID Connect Core, sections 3.1.3.3 and 12.2). */
  readonly idToken?: Secret | undefined
}

/** How the answers to one grant type are judged. */
interface GrantType {
  readonly process: typeof processAuthorizationCodeResponse | typeof processRefreshTokenResponse
  /** What `invalid_grant` means: what was sent is of no use any more. */
  readonly rejected: 'code_rejected' | 'needs_reauth'
  /** Whether a member of the answer says something that is to be read. */
  readonly isRead: (name: string, value: unknown) => boolean
}

// RFC 6749, sections 5.1 and 5.2.
const MEMBERS = [
  'access_token',
  'token_type',
  'expires_in',
  'refresh_token',
  'scope',
  'error',
  'error_description',
  'error_uri',
]
const OWN_MISTAKES = new Set([
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
])
const OPTIONAL_MEMBERS = ['refresh_token', 'expires_in', 'scope']

// oauth4webapi would judge it without its signature: whoever asked for one does that, and for all others
// it is a member like any that is not known (5.1), and a bad one no reason to lose the tokens beside it.
const isNoIdToken = (name: string) => name !== 'id_token'

const AUTHORIZATION_CODE: GrantType = {
  process: processAuthorizationCodeResponse,
  rejected: 'code_rejected',
  isRead: isNoIdToken,
}

const REFRESH_TOKEN: GrantType = {
  process: processRefreshTokenResponse,
  rejected: 'needs_reauth',
  // A refusal would lose the connection: the refresh token that was sent may be used up by now.
  isRead: (name, value) =>
    isNoIdToken(name) &&
    !(value === null && OPTIONAL_MEMBERS.includes(name)) &&
    !(value === '' && name === 'refresh_token'),
}

/**
 * Judges the answer of a token endpoint to an authorization code.
 *
 * @throws OAuthError `code_rejected`, `client_rejected`, `provider_unavailable` or
 *   `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5 | RFC 6749 - section 5}
 */
export function processTokenResponse(
  registered: RegisteredClient,
  response: Response,
): Promise<IssuedTokens> {
  return judge(registered, response, AUTHORIZATION_CODE)
}

/**
 * Judges the answer of a token endpoint to a refresh token.
 *
 * @returns no refresh token when the answer has none: then the one that was sent stays
 * @throws OAuthError `needs_reauth`, `client_rejected`, `provider_unavailable` or
 *   `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 | RFC 6749 - section 6}
 */
export function processRefreshResponse(
  registered: RegisteredClient,
  response: Response,
): Promise<IssuedTokens> {
  return judge(registered, response, REFRESH_TOKEN)
}

async function judge(
  { server, client }: RegisteredClient,
  response: Response,
  grantType: GrantType,
): Promise<IssuedTokens> {
  if (isUnavailable(response)) throw unavailable('the token endpoint', response)
  const text = await response.text()
  const json = parseJsonObject(text)
  const body = json ? JSON.stringify(readMembers(json, grantType)) : text
  let token: Awaited<ReturnType<GrantType['process']>>
  try {
    token = await grantType.process(server, client, jsonResponse(body, response.status))
  } catch (error) {
    throw refused(error, grantType)
  }
  // oauth4webapi also knows DPoP; a token of a type that was not asked for must not be used (5.1, 7.1).
  if (token.token_type !== 'bearer') throw invalid('a token type other than Bearer')
  const { access_token, refresh_token, expires_in, scope } = token
  return {
    accessToken: readToken(access_token, 'access_token'),
    refreshToken:
      refresh_token === undefined ? undefined : readToken(refresh_token, 'refresh_token'),
    expiresInSeconds: expires_in,
    scope,
    idToken: readIdToken(json),
  }
}

/** An ID token as it came; what is no text is none. */
function readIdToken(json: JsonObject | undefined): Secret | undefined {
  const idToken = json && Object.hasOwn(json, 'id_token') ? json['id_token'] : undefined
  return typeof idToken === 'string' ? new Secret(idToken) : undefined
}

/** The members that mean something, none of which is an object: what is unknown may be nested for ever. */
function readMembers(json: JsonObject, { isRead }: GrantType): JsonObject {
  const isPlain = (value: unknown) => typeof value !== 'object' || value === null
  const members = MEMBERS.flatMap((name): [string, unknown][] => {
    const value = json[name]
    if (!Object.hasOwn(json, name) || !isRead(name, value)) return []
    // Something else than a text or a number, whatever it holds.
    return [[name, isPlain(value) ? value : {}]]
  })
  return Object.fromEntries(members)
}

function readToken(text: string, member: string): Secret {
  if (!isTokenText(text)) throw invalid(`"${member}" with characters no token has`)
  return new Secret(text)
}

function refused(error: unknown, { rejected }: GrantType): OAuthError {
  if (error instanceof ResponseBodyError) {
    const known = OWN_MISTAKES.has(error.error) || error.error === 'invalid_grant'
    const name = known ? error.error : 'an error of its own'
    const cause = new Error(`the token endpoint answered ${error.status}: ${name}`)
    if (error.error === 'invalid_grant') return new OAuthError(rejected, { cause })
    if (OWN_MISTAKES.has(error.error)) return new OAuthError('client_rejected', { cause })
    return new OAuthError('provider_response_invalid', { cause })
  }
  // The library's own cause holds the body, and with it a token: only its words go on.
  return invalid(error instanceof Error ? error.message : 'not a token response')
}
