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
    const cause = new Error(`"${name}" must stand there only once`)
    throw new OAuthError('authorization_response_invalid', { cause })
  }
  return values[0] || undefined
}
