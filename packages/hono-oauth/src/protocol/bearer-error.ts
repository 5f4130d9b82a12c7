import { OAuthError } from '../errors.ts'
import { parseJsonObject } from './answer.ts'
import { parseScope } from './scope.ts'

// Pages and logs show missing scopes, so only texts in the form of a scope pass; a scope may be a URL.
const SCOPE = /^[\w.:/~*+@-]{1,256}$/

/**
 * The error of a connection after an API refused its access token. A 401 without a challenge of the token's scheme says
 * nothing about the token.
 *
 * @param status - of the answer
 * @param body - the text of the answer
 * @param headers - of the answer
 * @param schemes - of challenges that are about the token, in lower case
 * @returns `undefined` for every other answer, which the caller judges
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3 | RFC 6750 - section 3}
 * @example
 * ```ts
 * const headers = new Headers({ 'www-authenticate': 'Bearer error="invalid_token"' })
 * bearerError(401, '', headers)?.code // 'needs_reauth'
 * ```
 */
export function bearerError(
  status: number,
  body: string,
  headers: Headers,
  schemes: readonly string[] = ['bearer'],
): OAuthError | undefined {
  if (status !== 401 && status !== 403) return undefined
  const cause = new Error(`the API answered ${status}`)
  const challenges = challengesOf(headers, schemes)
  if (asksForNonce(challenges)) return undefined
  const isDead = status === 401 ? challenges.length > 0 : challenges.some(({ error }) => error === 'invalid_token')
  if (isDead) return new OAuthError('needs_reauth', { cause })
  if (status === 401) return undefined
  const errors = [...challenges, parseJsonObject(body) ?? {}]
  const missing = errors.filter(({ error }) => error === 'insufficient_scope')
  if (missing.length === 0) return undefined
  return new OAuthError('insufficient_scope', {
    cause,
    missingScopes: missingScopes(missing.map(({ scope }) => scope)),
  })
}

/** The scopes in texts of a provider, as far as they have the form of a scope. */
export function missingScopes(texts: readonly unknown[]): string[] {
  const scopes = texts.flatMap((text) => (typeof text === 'string' ? parseScope(text) : []))
  return [...new Set(scopes)].filter((each) => SCOPE.test(each))
}

// Commas separate challenges and parameters, but not within a quoted string.
const PART = /(?:[^",]|"(?:[^"\\]|\\.)*"?)+/gs
const SCHEME_AND_PARAMETER = /^(?:([\w!#$%&'*+.^`|~-]+)(?:\s+|$))?(?:([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*))?$/s

type Challenge = Readonly<{ error?: unknown; scope?: unknown; resource_metadata?: unknown }>

/** Whether a server asks for a proof with its nonce, which says nothing about the token (RFC 9449, section 9). */
export function asksForNonce(challenges: readonly Challenge[]): boolean {
  return challenges.some(({ error }) => error === 'use_dpop_nonce')
}

/**
 * The parameters of each challenge of these schemes.
 *
 * @param schemes - in lower case
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1 | RFC 9110 - section 11.6.1}
 */
export function challengesOf(headers: Headers, schemes: readonly string[]): Challenge[] {
  const challenges: Challenge[] = []
  let parameters: Record<string, string> = {}
  for (const part of headers.get('www-authenticate')?.match(PART) ?? []) {
    // A part of another form starts a challenge of another scheme, such as `Negotiate abc`.
    const [, scheme, name, value = ''] = SCHEME_AND_PARAMETER.exec(part.trim()) ?? ['', '']
    if (scheme !== undefined) parameters = {}
    if (scheme && schemes.includes(scheme.toLowerCase())) challenges.push(parameters)
    if (name) parameters[name.toLowerCase()] = unquote(value)
  }
  return challenges
}

function unquote(value: string): string {
  const quoted = /^"(.*)"$/s.exec(value)
  return quoted?.[1]?.replace(/\\(.)/gs, '$1') ?? value
}
