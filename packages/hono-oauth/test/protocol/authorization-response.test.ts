import { describe, expect, it } from 'vitest'
import { codeIn, validateAuthorizationResponse } from '../../src/protocol/authorization-response.ts'
import type { RegisteredClient } from '../../src/protocol/client.ts'
import { refusal, shown } from './refusal.ts'
import { ISSUER, registered } from './registered-client.ts'

const STATE = 'canary-state-1b2c3d'
const CODE = 'canary-code-4e5f'
const GOOD = `code=${CODE}&state=${STATE}`
const INVALID = 'authorization_response_invalid'

const WORDS = { user_cancelled_login: 'access_denied', unauthorized_app: 'invalid_client' } as const

function judge(query: string, client: RegisteredClient = registered): string {
  const parameters = new URLSearchParams(query)
  validateAuthorizationResponse(client, parameters, STATE, WORDS)
  return codeIn(parameters)
}

// `test/catalogue` has the callbacks of issuers, encodings and other flows; `test/fuzz` has any query.
describe('a valid response', () => {
  it.each([
    ...['', `&iss=${encodeURIComponent(ISSUER)}`, '&iss=', '&error=', '&error_description=x'],
    ...['&session_state=x&scope=a&foo=1&foo=2', '&access_token=EVIL&token_type=bearer'],
  ])('may end with %j', (rest) => {
    expect(judge(`${GOOD}${rest}`)).toBe(CODE)
  })

  it.each(['a%20b%2B%26%3D%25%C3%A9', '%E0%A4%A', '%ff', '%00', 'c'.repeat(8192)])(
    'may have another code (%#)',
    (code) => {
      expect(judge(`code=${code}&state=${STATE}`)).toBe(new URLSearchParams(`x=${code}`).get('x'))
    },
  )
})

const STATES = [
  ...['', 'other', `${STATE}x`, STATE.slice(0, 16), STATE.toUpperCase(), `${STATE}+`],
  ...[`${STATE}%`, `${STATE}%00`, '%E0%A4%A', '%ff'],
]
const ISSUERS = ['https://evil.example', `${ISSUER}/`, `${ISSUER}:443`, 'https://provіder.example']

describe('a response that is refused', () => {
  it.each([
    ...[`${GOOD}&code=other`, `${GOOD}&code=${CODE}`, `code=&${GOOD}`, `code=&state=${STATE}`],
    ...['', `state=${STATE}`, `code=${CODE}`, `code=${'c'.repeat(8193)}&state=${STATE}`, `%E0%A4%A=1&code=${CODE}`],
    ...[`${GOOD}&state=${STATE}`, `${GOOD}&state=other`, `state=other&${GOOD}`],
    ...STATES.map((state) => `code=${CODE}&state=${state}`),
    ...ISSUERS.map((iss) => `${GOOD}&iss=${iss}`),
    ...[`${GOOD}&iss=${ISSUER}&iss=${ISSUER}`, `state=${STATE}&error=access_denied&iss=https://evil.example`],
    ...['error=a&error=b', 'error=access_denied&error=access_denied'].map((error) => `state=${STATE}&${error}`),
    ...['state=other&error=access_denied', 'error=access_denied', 'response=e30.e30.'],
    ...['id_token=e30.e30.', 'token=x', 'response=e30.', 'response=a&response=b'].map((each) => `${GOOD}&${each}`),
  ])('is not valid: %#', async (query) => {
    const error = await refusal(() => judge(query))
    expect([error.code, error.message]).toEqual([INVALID, error.title])
    for (const secret of [CODE, STATE, 'cccccccc', 'evil', 'e30']) expect(shown(error)).not.toContain(secret)
  })

  it('has no issuer, although the provider always sends one', async () => {
    const server = { ...registered.server, authorization_response_iss_parameter_supported: true }
    expect((await refusal(() => judge(GOOD, { ...registered, server }))).code).toBe(INVALID)
  })

  const FAILED = 'authorization_failed'
  const UNKNOWN = ['login_required', 'ACCESS_DENIED', '%3Cscript%3E', 'canary'.repeat(2000)]
  it.each([
    ...['', `&iss=${ISSUER}`, `&code=${CODE}`].map((rest) => [`access_denied${rest}`, 'access_denied', undefined]),
    ...['server_error', 'temporarily_unavailable', 'invalid_scope'].map((error) => [error, FAILED, error]),
    ...UNKNOWN.map((error) => [error, FAILED, 'an unknown error']),
    ['user_cancelled_login', 'access_denied', undefined],
    ['unauthorized_app', FAILED, 'unauthorized_app'],
  ])('has the error %s: %s', async (name, code, told) => {
    const error = await refusal(() => judge(`state=${STATE}&error=${name}&error_description=canary`))
    expect([error.code, error.message]).toEqual([code, error.title])
    expect(error.cause).toEqual(told && new Error(`the authorization endpoint answered: ${told}`))
    for (const secret of ['canary', '<script>']) expect(shown(error)).not.toContain(secret)
  })
})
