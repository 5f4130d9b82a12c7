import { processAuthorizationCodeResponse, ResponseBodyError } from 'oauth4webapi'
import { OAuthError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { invalid } from './back-channel.ts'
import type { RegisteredClient } from './client.ts'
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

const OWN_MISTAKES = new Set([
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
])

/**
 * Judges the answer of a token endpoint to an authorization code.
 *
 * @throws OAuthError `code_rejected`, `client_rejected`, `provider_unavailable` or
 *   `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5 | RFC 6749 - section 5}
 */
export async function processTokenResponse(
  { server, client }: RegisteredClient,
  response: Response,
): Promise<TokenSet> {
  if (response.status >= 500 || response.status === 429) {
    throw new OAuthError('provider_unavailable', {
      cause: new Error(`the token endpoint answered ${response.status}`),
    })
  }
  // Some providers write JSON under another content type: what counts is the body.
  const headers = { 'content-type': 'application/json' }
  const json = new Response((await response.text()) || null, { status: response.status, headers })
  let token: Awaited<ReturnType<typeof processAuthorizationCodeResponse>>
  try {
    token = await processAuthorizationCodeResponse(server, client, json)
  } catch (error) {
    throw refused(error)
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
  }
}

function readToken(text: string, member: string): Secret {
  if (!isTokenText(text)) throw invalid(`"${member}" with characters no token has`)
  return new Secret(text)
}

function refused(error: unknown): OAuthError {
  if (error instanceof ResponseBodyError) {
    const known = OWN_MISTAKES.has(error.error) || error.error === 'invalid_grant'
    const name = known ? error.error : 'an error of its own'
    const cause = new Error(`the token endpoint answered ${error.status}: ${name}`)
    if (error.error === 'invalid_grant') return new OAuthError('code_rejected', { cause })
    if (OWN_MISTAKES.has(error.error)) return new OAuthError('client_rejected', { cause })
    return new OAuthError('provider_response_invalid', { cause })
  }
  // The library's own cause holds the body, and with it a token: only its words go on.
  return invalid(error instanceof Error ? error.message : 'not a token response')
}
