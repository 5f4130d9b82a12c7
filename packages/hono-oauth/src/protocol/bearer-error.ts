import { OAuthError } from '../errors.ts'
import { parseJsonObject } from './answer.ts'
import { parseScope } from './scope.ts'

// Pages and logs show missing scopes, so only texts in the form of a scope pass; a scope may be a URL.
const SCOPE = /^[\w.:/~*+@-]{1,256}$/

/**
 * The error of a connection after an API refused its bearer token. A 401 without a `Bearer` challenge says nothing
 * about the access token.
 *
 * @returns `undefined` for every other answer, which the caller judges
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3 | RFC 6750 - section 3}
 */
export function bearerError(status: number, body: string, headers: Headers): OAuthError | undefined {
  if (status !== 401 && status !== 403) return undefined
  const cause = new Error(`the API answered ${status}`)
  const challenges = bearerChallenges(headers.get('www-authenticate') ?? '')
  if (status === 401) return challenges[0] && new OAuthError('needs_reauth', { cause })
  const errors = [...challenges, parseJsonObject(body) ?? {}]
  const missing = errors.filter(({ error }) => error === 'insufficient_scope')
  if (missing.length === 0) return undefined
  const scopes = missing.flatMap(({ scope }) => (typeof scope === 'string' ? parseScope(scope) : []))
  return new OAuthError('insufficient_scope', {
    cause,
    missingScopes: [...new Set(scopes)].filter((each) => SCOPE.test(each)),
  })
}

// Commas separate challenges and parameters, but not within a quoted string.
const PART = /(?:[^",]|"(?:[^"\\]|\\.)*"?)+/gs
const SCHEME_AND_PARAMETER = /^(?:([\w!#$%&'*+.^`|~-]+)(?:\s+|$))?(?:([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*))?$/s

type Challenge = Readonly<{ error?: unknown; scope?: unknown }>

/**
 * The parameters of each `Bearer` challenge.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1 | RFC 9110 - section 11.6.1}
 */
function bearerChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = []
  let parameters: Record<string, string> = {}
  for (const part of header.match(PART) ?? []) {
    // A part of another form starts a challenge of another scheme, such as `Negotiate abc`.
    const [, scheme, name, value = ''] = SCHEME_AND_PARAMETER.exec(part.trim()) ?? ['', '']
    if (scheme !== undefined) parameters = {}
    if (scheme?.toLowerCase() === 'bearer') challenges.push(parameters)
    if (name) parameters[name.toLowerCase()] = unquote(value)
  }
  return challenges
}

function unquote(value: string): string {
  const quoted = /^"(.*)"$/s.exec(value)
  return quoted?.[1]?.replace(/\\(.)/gs, '$1') ?? value
}
