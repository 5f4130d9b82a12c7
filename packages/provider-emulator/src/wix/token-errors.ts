import { applicationError } from './api-errors.ts'
import type { WixTokenErrors } from './options.ts'

export type TokenErrorCause = Exclude<keyof WixTokenErrors, 'shape'>

/** Why a token request failed. */
export interface TokenError {
  readonly cause: TokenErrorCause
  readonly error: string
  readonly description: string
}

export const TOKEN_ERRORS = {
  unreadable: {
    cause: 'request',
    error: 'invalid_request',
    description: 'The body must be JSON, with its Content-Type',
  },
  unsupportedGrantType: {
    cause: 'request',
    error: 'unsupported_grant_type',
    description: 'The grant_type is not one of this endpoint',
  },
  invalidClient: {
    cause: 'client',
    error: 'invalid_client',
    description: 'The app is unknown or its secret is wrong',
  },
  unknownInstance: {
    cause: 'grant',
    error: 'invalid_grant',
    description: 'The instance is unknown',
  },
  invalidCode: {
    cause: 'grant',
    error: 'invalid_grant',
    description: 'The code is invalid, expired or used',
  },
  invalidRefreshToken: {
    cause: 'grant',
    error: 'invalid_grant',
    description: 'The refresh token is invalid',
  },
  removed: {
    cause: 'removed',
    error: 'invalid_grant',
    description: 'The app is not installed on this site',
  },
} as const satisfies Readonly<Record<string, TokenError>>

export function tokenErrorResponse(
  errors: WixTokenErrors,
  { cause, error, description }: TokenError,
): Response {
  const status = errors[cause]
  return errors.shape === 'wix'
    ? applicationError(status, error.toUpperCase(), description)
    : Response.json({ error, error_description: description }, { status })
}
