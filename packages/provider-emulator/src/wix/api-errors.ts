type Json = Readonly<Record<string, unknown>>

/** Errors in the documented form of the Wix APIs. */
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

/** How an expired token looks when it does not surface as 401. */
export const siteNotFound = () => applicationError(400, 'WDE0117', 'WDE0117: MetaSite not found')

export const permissionDenied = () =>
  applicationError(403, 'PERMISSION_DENIED', 'The app lacks the permission for this')

export const failedPrecondition = () =>
  applicationError(428, 'FAILED_PRECONDITION', 'The app is not installed on this site')

export const tooManyRequests = () =>
  applicationError(429, 'RESOURCE_EXHAUSTED', 'Too many requests')

export const routeNotFound = () => serverError(404)
