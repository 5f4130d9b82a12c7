import type { ScenarioDefinition } from '../scenarios.ts'
import type { AccessToken } from './grants.ts'

/** An unusual success response. The code is used up and a token is issued. */
export interface TokenResponseVariant extends ScenarioDefinition {
  readonly tokenBytes?: number
  readonly lifetimeSeconds?: number
  readonly contentType?: string
  /** Returns the members of the body, or its text. */
  readonly render: (success: Success, token: AccessToken) => unknown
}

export type Success = Readonly<Record<string, unknown>>

const unchanged = (success: Success): Success => success

function without(success: Success, name: string): Success {
  return Object.fromEntries(Object.entries(success).filter(([member]) => member !== name))
}

const withMembers =
  (members: Success) =>
  (success: Success): Success => ({ ...success, ...members })

// A client that merges these members carelessly changes the prototype of every object.
const polluted = (success: Success): string =>
  JSON.stringify(success).replace(
    '{',
    '{"__proto__":{"polluted":true,"access_token":"from-proto"},' + '"constructor":{"prototype":{"polluted":true}},',
  )

const variant = (
  name: string,
  description: string,
  render: TokenResponseVariant['render'],
  rest: Partial<TokenResponseVariant> = {},
): TokenResponseVariant => ({ name, description, render, ...rest })

export const TOKEN_RESPONSE_VARIANTS: readonly TokenResponseVariant[] = [
  variant('token-without-token-type', 'Success without token_type.', (success) => without(success, 'token_type')),
  variant('token-type-mac', 'Success with token_type "mac".', withMembers({ token_type: 'mac' })),
  variant('token-type-dpop', 'Success with token_type "DPoP".', withMembers({ token_type: 'DPoP' })),
  variant(
    'token-type-mixed-case',
    'Success with token_type "bEaReR", which equals "bearer".',
    withMembers({ token_type: 'bEaReR' }),
  ),
  variant('token-without-access-token', 'Success without access_token.', (success) => without(success, 'access_token')),
  variant('token-empty', 'Success with an empty access_token.', withMembers({ access_token: '' })),
  variant('token-number', 'Success with a number as access_token.', withMembers({ access_token: 12345 })),
  variant('token-object', 'Success with an object as access_token.', withMembers({ access_token: { value: 'x' } })),
  variant('token-with-newline', 'Success with a line break inside access_token.', (success, { value }) => ({
    ...success,
    access_token: `${value}\r\nX-Injected: yes`,
  })),
  variant('token-with-non-ascii', 'Success with letters outside ASCII in access_token.', (success, { value }) => ({
    ...success,
    access_token: `${value}é✓`,
  })),
  variant('token-with-proto', 'Success with the members __proto__ and constructor.', polluted),
  variant(
    'token-with-unknown-members',
    'Success with unknown members, and a token of 20 KB that works.',
    withMembers({ created_at: 1700000000, workspace: { id: 'x' }, flags: [true, null, 1.5] }),
    { tokenBytes: 10 * 1024 },
  ),
  variant(
    'token-with-scope',
    'Success with the granted scopes in scope, separated by spaces.',
    (success, { scopes }) => ({ ...success, scope: scopes.join(' ') }),
  ),
  variant(
    'token-with-comma-scope',
    'Success with the granted scopes in scope, separated by commas.',
    (success, { scopes }) => ({ ...success, scope: scopes.join(',') }),
  ),
  variant(
    'token-with-scope-array',
    'Success with the granted scopes in scope, as an array.',
    (success, { scopes }) => ({ ...success, scope: scopes }),
  ),
  variant('token-with-empty-scope', 'Success with an empty scope.', withMembers({ scope: '' })),
  variant('token-with-empty-refresh-token', 'Success with an empty refresh_token.', withMembers({ refresh_token: '' })),
  variant('token-with-null-refresh-token', 'Success with null as refresh_token.', withMembers({ refresh_token: null })),
  variant('token-as-text-plain', 'Success as text/plain; the body is JSON.', unchanged, {
    contentType: 'text/plain; charset=utf-8',
  }),
  variant(
    'token-as-form',
    'Success as application/x-www-form-urlencoded instead of JSON.',
    (_success, { value }) => new URLSearchParams({ token_type: 'bearer', access_token: value }).toString(),
    { contentType: 'application/x-www-form-urlencoded' },
  ),
  variant(
    'token-expires-in-1s',
    'Success with expires_in 1; the token expires after one second on the emulator clock.',
    withMembers({ expires_in: 1 }),
    { lifetimeSeconds: 1 },
  ),
]
