import type { ExampleConfig } from './config.ts'
import { invalidScope, type OauthError } from './errors.ts'

/** Request parameters. A parameter without a value counts as missing (RFC 6749, 3.1 and 3.2). */
export interface Parameters {
  get(name: string): string | undefined
  /** The names that were sent more than once, which RFC 6749 forbids. */
  readonly repeated: readonly string[]
}

export function readParameters(sent: URLSearchParams): Parameters {
  const names = [...new Set(sent.keys())]
  return {
    get: (name) => sent.get(name) || undefined,
    repeated: names.filter((name) => sent.getAll(name).length > 1),
  }
}

const splitScope = (scope: string | undefined): string[] => [
  ...new Set((scope ?? '').split(' ').filter((token) => token !== '')),
]

/** Reads the requested scopes, or returns an error. */
export function scopesOf(
  { omittedScope }: ExampleConfig,
  allowed: readonly string[],
  sent: string | undefined,
): readonly string[] | OauthError {
  const asked = splitScope(sent)
  if (asked.length === 0) {
    return omittedScope === 'refused' ? invalidScope('The scope is missing') : allowed
  }
  // The message omits the scope itself: an error_description allows only some characters.
  return asked.every((scope) => allowed.includes(scope)) ? asked : invalidScope('One of the scopes is not allowed')
}
