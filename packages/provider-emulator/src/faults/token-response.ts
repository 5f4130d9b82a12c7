import type { ScenarioDefinition } from '../scenarios.ts'

type Json = Readonly<Record<string, unknown>>

/** An unusual success response. The code or refresh token is used up, and a token is issued. */
export interface TokenResponseFault extends ScenarioDefinition {
  /** Random bytes in the token, before the hex encoding. */
  readonly tokenBytes?: number
  readonly lifetimeSeconds?: number
  readonly contentType?: string
  /** Changes the members. JSON leaves undefined members out. */
  readonly change?: (members: Json, scopes: readonly string[]) => Json
  /** Changes the text of the body. */
  readonly rewrite?: (json: string) => string
}

const fault = (
  name: string,
  description: string,
  change: NonNullable<TokenResponseFault['change']>,
  rest: Partial<TokenResponseFault> = {},
): TokenResponseFault => ({ name: `token-${name}`, description, change, ...rest })

const member = (name: string, description: string, members: Json, rest?: Partial<TokenResponseFault>) =>
  fault(name, description, (own) => ({ ...own, ...members }), rest)

const tokenSuffix = (name: string, description: string, suffix: string) =>
  fault(name, description, (own) => ({ ...own, access_token: `${own['access_token']}${suffix}` }))

const scopeMember = (name: string, how: string, form: (scopes: readonly string[]) => unknown) =>
  fault(name, `Success with the granted scopes in scope, ${how}.`, (own, scopes) => ({ ...own, scope: form(scopes) }))

// A client that merges these members carelessly changes the prototype of every object.
const POLLUTION =
  '{"__proto__":{"polluted":true,"access_token":"from-proto"},"constructor":{"prototype":{"polluted":true}},'

const formOf = (json: string): string => {
  const members = Object.entries(JSON.parse(json) as Json).filter(([, value]) => typeof value !== 'object')
  return new URLSearchParams(Object.fromEntries(members.map(([name, value]) => [name, String(value)]))).toString()
}

/** The unusual forms of a token response. */
export const TOKEN_RESPONSE_FAULTS: readonly TokenResponseFault[] = [
  member('without-token-type', 'Success without token_type.', { token_type: undefined }),
  member('type-mac', 'Success with token_type "mac".', { token_type: 'mac' }),
  member('type-dpop', 'Success with token_type "DPoP".', { token_type: 'DPoP' }),
  member('type-mixed-case', 'Success with token_type "bEaReR", which equals "bearer".', { token_type: 'bEaReR' }),
  member('without-access-token', 'Success without access_token.', { access_token: undefined }),
  member('empty', 'Success with an empty access_token.', { access_token: '' }),
  member('number', 'Success with a number as access_token.', { access_token: 12345 }),
  member('object', 'Success with an object as access_token.', { access_token: { value: 'x' } }),
  tokenSuffix('with-newline', 'Success with a line break inside access_token.', '\r\nX-Injected: yes'),
  tokenSuffix('with-non-ascii', 'Success with letters outside ASCII in access_token.', 'é✓'),
  member(
    'with-unknown-members',
    'Success with unknown members, and a token of 20 KB that works.',
    { created_at: 1700000000, workspace: { id: 'x' }, flags: [true, null, 1.5] },
    { tokenBytes: 10 * 1024 },
  ),
  {
    name: 'token-with-proto',
    description: 'Success with the members __proto__ and constructor.',
    rewrite: (json) => json.replace('{', POLLUTION),
  },
  scopeMember('with-scope', 'separated by spaces', (scopes) => scopes.join(' ')),
  scopeMember('with-comma-scope', 'separated by commas', (scopes) => scopes.join(',')),
  scopeMember('with-scope-array', 'as an array', (scopes) => scopes),
  member('with-empty-scope', 'Success with an empty scope.', { scope: '' }),
  member('with-empty-refresh-token', 'Success with an empty refresh_token.', { refresh_token: '' }),
  member('with-null-refresh-token', 'Success with null as refresh_token.', { refresh_token: null }),
  {
    name: 'token-as-text-plain',
    description: 'Success as text/plain; the body is JSON.',
    contentType: 'text/plain; charset=utf-8',
  },
  {
    name: 'token-as-form',
    description: 'Success as application/x-www-form-urlencoded instead of JSON.',
    contentType: 'application/x-www-form-urlencoded',
    rewrite: formOf,
  },
  member('without-expires-in', 'Success without expires_in.', { expires_in: undefined }),
  member(
    'expires-in-1s',
    'Success with expires_in 1; the token expires after one second on the emulator clock.',
    { expires_in: 1 },
    { lifetimeSeconds: 1 },
  ),
]

/** Changes the object with the token: the whole answer, or one of its members. */
function changeTokens(members: Json, change: (tokens: Json) => Json): Json {
  if ('access_token' in members) return change(members)
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => {
      const hasTokens = typeof value === 'object' && value !== null && 'access_token' in value
      return [name, hasTokens ? change(value as Json) : value]
    }),
  )
}

/** The success response with these members, in the form of an active fault. */
export function tokenResponse(
  { change = (own) => own, rewrite = (json) => json, contentType = 'application/json' }: Partial<TokenResponseFault>,
  members: Json,
  scopes: readonly string[],
): Response {
  const body = JSON.stringify(changeTokens(members, (own) => change(own, scopes)))
  return new Response(rewrite(body), { headers: { 'Content-Type': contentType } })
}
