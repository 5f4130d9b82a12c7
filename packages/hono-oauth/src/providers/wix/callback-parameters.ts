import { OAuthError } from '../../errors.ts'

/**
 * A parameter of a callback.
 *
 * @returns its value, or `undefined` when it is missing or empty
 * @throws OAuthError `authorization_response_invalid` when it stands there twice (RFC 6749, section 3.1)
 */
export function single(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name)
  if (values.length > 1) {
    throw refusedCallback(`"${name}" must stand there only once`)
  }
  return values[0] || undefined
}

/** A callback that is not believed; `reason` is for logs and holds nothing of the request. */
export function refusedCallback(reason: string): OAuthError {
  return new OAuthError('authorization_response_invalid', { cause: new Error(reason) })
}
