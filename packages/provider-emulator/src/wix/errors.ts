import type { WixTokenErrors } from './options.ts'

type Json = Readonly<Record<string, unknown>>

/** An error in the documented form of the Wix APIs. */
const errorOf = (status: number, message: string, details: Json): Response =>
  Response.json({ message, details }, { status })

export const applicationError = (status: number, code: string, description: string): Response =>
  errorOf(status, description, { applicationError: { code, description, data: {} } })

export const validationError = (field: string, description: string): Response =>
  errorOf(400, `${field} ${description}`, {
    validationError: { fieldViolations: [{ field, description, violatedRule: 'OTHER' }] },
  })

export const serverError = (status = 500) => errorOf(status, '', {})

export const notAuthenticated = (status = 401) =>
  applicationError(status, 'UNAUTHENTICATED', 'The token is missing, invalid or expired')

/** An expired token, if the API reports it as 400 instead of 401. */
export const siteNotFound = () => applicationError(400, 'WDE0117', 'WDE0117: MetaSite not found')

export const permissionDenied = () =>
  applicationError(403, 'PERMISSION_DENIED', 'The app lacks the permission for this')

export const failedPrecondition = () =>
  applicationError(428, 'FAILED_PRECONDITION', 'The app is not installed on this site')

export const tooManyRequests = () => applicationError(429, 'RESOURCE_EXHAUSTED', 'Too many requests')

export const routeNotFound = () => serverError(404)

export type TokenErrorCause = Exclude<keyof WixTokenErrors, 'shape'>

/** The reason of a failed token request. */
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
    description: 'The grant_type is not supported',
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

export function tokenErrorResponse(errors: WixTokenErrors, { cause, error, description }: TokenError): Response {
  const status = errors[cause]
  return errors.shape === 'wix'
    ? applicationError(status, error.toUpperCase(), description)
    : Response.json({ error, error_description: description }, { status })
}
