import type { ExampleConfig } from './config.ts'

/** An error response (RFC 6749, 4.1.2.1 and 5.2). */
export interface OauthError {
  readonly error: string
  readonly error_description: string
}

const oauthError =
  (error: string) =>
  (error_description: string): OauthError => ({ error, error_description })

export const invalidRequest = oauthError('invalid_request')
export const invalidClient = oauthError('invalid_client')
export const invalidGrant = oauthError('invalid_grant')
export const invalidScope = oauthError('invalid_scope')
export const unauthorizedClient = oauthError('unauthorized_client')
export const unsupportedGrantType = oauthError('unsupported_grant_type')
export const unsupportedTokenType = oauthError('unsupported_token_type')

/** The error as JSON. With an Authorization header, `invalid_client` is 401 with a challenge. */
export function errorResponse(
  { invalidClientStatus }: ExampleConfig,
  error: OauthError,
  usedHeader: boolean,
): Response {
  if (error.error !== 'invalid_client') return Response.json(error, { status: 400 })
  if (!usedHeader) return Response.json(error, { status: invalidClientStatus })
  const challenge = 'Basic realm="oauth.example", charset="UTF-8"'
  return Response.json(error, { status: 401, headers: { 'WWW-Authenticate': challenge } })
}

type Texts = Readonly<Record<string, string>>

/** A response with a Bearer challenge (RFC 6750, 3). */
function challenge(status: number, body: Texts, parameters: Texts): Response {
  const texts = Object.entries({ realm: 'oauth.example', ...parameters }).map(([name, value]) => `${name}="${value}"`)
  const headers = { 'WWW-Authenticate': `Bearer ${texts.join(', ')}` }
  return Response.json(body, { status, headers })
}

/** Without a token, the challenge has no error code (RFC 6750, 3.1). */
export const missingToken = () => challenge(401, { message: 'Send an access token' }, {})

export function invalidToken(): Response {
  const error_description = 'The access token is unknown, expired or revoked'
  const error = { error: 'invalid_token', error_description }
  return challenge(401, error, error)
}

export function insufficientScope(scope: string): Response {
  const error_description = `The access token lacks the scope ${scope}`
  const error = { error: 'insufficient_scope', error_description }
  return challenge(403, error, { ...error, scope })
}
