import type { ExampleConfig } from './config.ts'

/** An error as RFC 6749 words it, in 4.1.2.1 and 5.2. */
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

/** The error as JSON. A client that used the Authorization header gets a challenge with its 401. */
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
