/** An error of the Data API, in the documented form. */
const apiError = (status: number, code: string, message: string): Response =>
  Response.json({ message, code, externalReference: null, details: [] }, { status })

export const notAuthorized = () => apiError(401, 'not_authorized', 'Request not authorized')

export const missingScopes = (...scopes: readonly string[]) =>
  apiError(403, 'missing_scopes', `OAuthForbidden: You are missing the following scopes: ${scopes.join(', ')}`)

export const forbidden = () => apiError(403, 'forbidden', 'You do not have permission to access this resource')

export const resourceNotFound = (what: string) =>
  apiError(404, 'resource_not_found', `Requested resource not found: ${what}`)

export const validationError = (what: string) => apiError(400, 'validation_error', `Validation Error: ${what}`)

export const routeNotFound = (method: string, path: string) =>
  apiError(404, 'resource_not_found', `Route not found: ${method} ${path}`)

export function tooManyRequests(retryAfterSeconds: number): Response {
  const response = apiError(429, 'too_many_requests', 'Too Many Requests')
  response.headers.set('Retry-After', String(retryAfterSeconds))
  return response
}

export const internalError = () => apiError(500, 'internal_error', 'Internal Server Error')

export interface TokenError {
  readonly error: string
  readonly error_description: string
}

/** The errors of the token endpoint, with the documented texts. */
export const TOKEN_ERRORS = {
  invalidClient: {
    error: 'invalid_client',
    error_description: 'No application found matching the provided credentials',
  },
  invalidGrant: { error: 'invalid_grant', error_description: 'Provided code was invalid' },
  invalidRequest: {
    error: 'invalid_request',
    error_description: 'The body must be JSON or a form, with its Content-Type',
  },
  unsupportedGrantType: {
    error: 'unsupported_grant_type',
    error_description: 'grant_type should always be specified as the string authorization_code',
  },
} as const
