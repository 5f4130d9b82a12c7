import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../src/errors.ts'
import { validateAuthorizationResponse } from '../../src/protocol/authorization-response.ts'
import type { RegisteredClient } from '../../src/protocol/client.ts'
import { refusal, shown } from './refusal.ts'
import { ISSUER, registered } from './registered-client.ts'

const STATE = 'canary-state-1b2c3d'
const CODE = 'canary-code-4e5f'
const GOOD = `code=${CODE}&state=${STATE}`

const judge = (query: string, client: RegisteredClient = registered) =>
  validateAuthorizationResponse(client, new URLSearchParams(query), STATE)

describe('a response that is accepted', () => {
  it.each([
    ['the plain one', GOOD, CODE],
    ['the issuer as it is registered', `${GOOD}&iss=${encodeURIComponent(ISSUER)}`, CODE],
    ['an empty issuer, which counts as none', `${GOOD}&iss=`, CODE],
    ['an empty error, which counts as none', `${GOOD}&error=`, CODE],
    [
      'unknown parameters',
      `${GOOD}&session_state=x&scope=a&hd=b&instanceId=EVIL&foo=1&foo=2`,
      CODE,
    ],
    ['a token in the query', `${GOOD}&access_token=EVIL&token_type=bearer&expires_in=1`, CODE],
    ['a code of 4000 characters', `code=${'c'.repeat(4000)}&state=${STATE}`, 'c'.repeat(4000)],
    ['a code of 8192 characters', `code=${'c'.repeat(8192)}&state=${STATE}`, 'c'.repeat(8192)],
    ['a code with every character', `code=a%20b%2B%26%3D%25%C3%A9&state=${STATE}`, 'a b+&=%é'],
    ['a description without an error', `${GOOD}&error_description=nothing`, CODE],
  ])('%s', (_name, query, code) => {
    expect(judge(query).getAll('code')).toEqual([code])
  })
})

const long = (length: number) => `code=${'c'.repeat(length)}&state=${STATE}`

const REFUSED: [string, string, OAuthErrorCode][] = [
  ['two codes', `${GOOD}&code=other`, 'authorization_response_invalid'],
  ['the same code twice', `${GOOD}&code=${CODE}`, 'authorization_response_invalid'],
  ['two states', `${GOOD}&state=${STATE}`, 'authorization_response_invalid'],
  ['a foreign state after ours', `${GOOD}&state=other`, 'authorization_response_invalid'],
  ['a foreign state before ours', `state=other&${GOOD}`, 'authorization_response_invalid'],
  ['two issuers', `${GOOD}&iss=${ISSUER}&iss=${ISSUER}`, 'authorization_response_invalid'],
  ['two errors', `state=${STATE}&error=a&error=b`, 'authorization_response_invalid'],
  [
    'two denials',
    `state=${STATE}&${'error=access_denied&'.repeat(2)}`,
    'authorization_response_invalid',
  ],
  ['two JARM responses', `${GOOD}&response=a&response=b`, 'authorization_response_invalid'],
  ['nothing', '', 'authorization_response_invalid'],
  ['no code', `state=${STATE}`, 'authorization_response_invalid'],
  ['an empty code', `code=&state=${STATE}`, 'authorization_response_invalid'],
  ['an empty code and a good one', `code=&${GOOD}`, 'authorization_response_invalid'],
  ['a code of 8193 characters', long(8193), 'authorization_response_invalid'],
  ['a code of 15 000 characters', long(15_000), 'authorization_response_invalid'],
  ['no state', `code=${CODE}`, 'authorization_response_invalid'],
  ['an empty state', `code=${CODE}&state=`, 'authorization_response_invalid'],
  ['another state', `code=${CODE}&state=${STATE}x`, 'authorization_response_invalid'],
  ['a shorter state', `code=${CODE}&state=${STATE.slice(0, 16)}`, 'authorization_response_invalid'],
  [
    'a state in capitals',
    `code=${CODE}&state=${STATE.toUpperCase()}`,
    'authorization_response_invalid',
  ],
  ['a state with a space', `code=${CODE}&state=${STATE}+`, 'authorization_response_invalid'],
  ['another issuer', `${GOOD}&iss=https://evil.example`, 'authorization_response_invalid'],
  ['an issuer with a slash', `${GOOD}&iss=${ISSUER}/`, 'authorization_response_invalid'],
  [
    'an issuer in capitals',
    `${GOOD}&iss=https://PROVIDER.example`,
    'authorization_response_invalid',
  ],
  ['an issuer with its port', `${GOOD}&iss=${ISSUER}:443`, 'authorization_response_invalid'],
  ['an issuer over http', `${GOOD}&iss=http://provider.example`, 'authorization_response_invalid'],
  ['an issuer with a dot', `${GOOD}&iss=${ISSUER}.`, 'authorization_response_invalid'],
  ['an issuer with a space', `${GOOD}&iss=${ISSUER}%20`, 'authorization_response_invalid'],
  [
    'an issuer in punycode',
    `${GOOD}&iss=https://xn--provder-dza.example`,
    'authorization_response_invalid',
  ],
  [
    'an issuer with a look-alike',
    `${GOOD}&iss=https://provіder.example`,
    'authorization_response_invalid',
  ],
  [
    'another issuer of an error',
    `state=${STATE}&error=access_denied&iss=https://evil.example`,
    'authorization_response_invalid',
  ],
  [
    'another state of an error',
    'state=other&error=access_denied',
    'authorization_response_invalid',
  ],
  ['an error without a state', 'error=access_denied', 'authorization_response_invalid'],
  ['an ID token', `${GOOD}&id_token=e30.e30.`, 'authorization_response_invalid'],
  ['a token', `${GOOD}&token=x`, 'authorization_response_invalid'],
  ['a JARM response', `${GOOD}&response=e30.e30.`, 'authorization_response_invalid'],
  ['a JARM response alone', 'response=e30.e30.', 'authorization_response_invalid'],
  ['a code and an error', `${GOOD}&error=server_error`, 'authorization_failed'],
  ['a code and a denial', `${GOOD}&error=access_denied`, 'access_denied'],
  ['a denial', `state=${STATE}&error=access_denied&error_description=No`, 'access_denied'],
  ['a denial by our issuer', `state=${STATE}&error=access_denied&iss=${ISSUER}`, 'access_denied'],
  ['a server error', `state=${STATE}&error=server_error`, 'authorization_failed'],
  ['a passing fault', `state=${STATE}&error=temporarily_unavailable`, 'authorization_failed'],
  ['no login at the provider', `state=${STATE}&error=login_required`, 'authorization_failed'],
  ['an error nobody knows', `state=${STATE}&error=%3Cscript%3E`, 'authorization_failed'],
  ['an error of 10 KB', `state=${STATE}&error=${'e'.repeat(10_240)}`, 'authorization_failed'],
  ['a denial in capitals', `state=${STATE}&error=ACCESS_DENIED`, 'authorization_failed'],
]

describe('a response that is refused', () => {
  it.each(REFUSED)('%s', async (_name, query, code) => {
    const error = await refusal(() => judge(query))
    expect(error.code).toBe(code)
    expect(error.message).toBe(error.title)
    const everything = shown(error)
    for (const secret of [CODE, STATE, 'cccccccc', 'evil', '<script>', 'eeeeeeee', 'e30']) {
      expect(everything).not.toContain(secret)
    }
  })

  it('the one without an issuer, where the provider promised one', async () => {
    const server = { ...registered.server, authorization_response_iss_parameter_supported: true }
    const error = await refusal(() => judge(GOOD, { ...registered, server }))
    expect(error.code).toBe('authorization_response_invalid')
  })
})

describe('a response in a bad encoding', () => {
  it.each([
    ['a cut sequence in the state', `code=${CODE}&state=%E0%A4%A`],
    ['a byte that is no UTF-8 in the state', `code=${CODE}&state=%ff`],
    ['an overlong slash in the state', `code=${CODE}&state=%c0%af`],
    ['a lone surrogate in the state', `code=${CODE}&state=%ed%a0%80`],
    ['our state with a cut sequence', `code=${CODE}&state=${STATE}%`],
    ['our state with a NUL', `code=${CODE}&state=${STATE}%00`],
    ['a bad name', `%E0%A4%A=1&code=${CODE}`],
  ])('is refused, not a crash: %s', async (_name, query) => {
    const error = await refusal(() => judge(query))
    expect(error.code).toBe('authorization_response_invalid')
    expect(shown(error)).not.toContain(CODE)
  })

  it.each(['%E0%A4%A', '%ff', '%c0%af', '%ed%a0%80', '%', '%zz', '%00'])(
    'is a code like any other: %s',
    (code) => {
      const judged = judge(`code=${code}&state=${STATE}`)
      expect(judged.getAll('code')).toEqual([new URLSearchParams(`x=${code}`).get('x')])
    },
  )
})

describe('the cause of a failure at the provider', () => {
  it.each([
    ['server_error', 'server_error'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['invalid_scope', 'invalid_scope'],
    ['login_required', 'an error of its own'],
    ['SERVER_ERROR', 'an error of its own'],
    ['canary', 'an error of its own'],
  ])('names the error for logs only where it is a known one: %s', async (name, told) => {
    const query = `state=${STATE}&error=${name}&error_description=canary`
    const error = await refusal(() => judge(query))
    expect(error.code).toBe('authorization_failed')
    expect(error.cause).toEqual(new Error(`the authorization endpoint answered: ${told}`))
    expect(shown(error)).not.toContain('canary')
  })
})
