import { createHash } from 'node:crypto'
import {
  DEFAULT_OAUTH_EXAMPLE_CLIENT,
  DEFAULT_OAUTH_EXAMPLE_USERS,
  type EmulatorOptions,
  type OauthExampleOptions,
} from '../../src/index.ts'
import { callbackOf, startEmulator } from '../support.ts'

export const ISSUER = 'https://oauth.example'
export const CLIENT = DEFAULT_OAUTH_EXAMPLE_CLIENT
export const [ADA, GRACE] = DEFAULT_OAUTH_EXAMPLE_USERS.map(({ sub }) => sub)
export const CALLBACK = 'http://localhost:8787/auth/example/callback'
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
export const HEX_64 = /^[0-9a-f]{64}$/

export const PUBLIC_CLIENT = { id: 'public-client', redirectUris: ['https://spa.example/callback'] }
export const OTHER_CLIENT = {
  id: 'other-client',
  secret: 'other-secret',
  redirectUris: ['https://other.example/a', 'https://other.example/b'],
}
export const CLIENTS = { clients: [CLIENT, OTHER_CLIENT, PUBLIC_CLIENT] }

export type Form = Record<string, string>

export interface TokenAnswer {
  access_token: string
  token_type: string
  expires_in: number
  refresh_token: string
  scope: string
  id_token: string
}

export interface Refusal {
  error: string
  error_description: string
}

export const authorizationParameters = {
  response_type: 'code',
  client_id: CLIENT.id,
  redirect_uri: CALLBACK,
  scope: 'profile items:read',
  state: 'af0ifjsldkj',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
}

export const credentials = { client_id: CLIENT.id, client_secret: CLIENT.secret }
export const otherCredentials = { client_id: OTHER_CLIENT.id, client_secret: OTHER_CLIENT.secret }

const formEncode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)

export const basic = (id: string, secret: string, encode = formEncode) => ({
  Authorization: `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`,
})

/** Starts an emulator with helpers for `oauth.example`. */
export function startExample(
  oauthExample: OauthExampleOptions = {},
  options: Omit<EmulatorOptions, 'oauthExample'> = {},
) {
  const started = startEmulator({ ...options, oauthExample })
  const { emulator, request } = started
  const { oauthExample: control } = emulator.control

  const authorize = (parameters: Form = {}, left: readonly string[] = []) => {
    const query = new URLSearchParams({ ...authorizationParameters, ...parameters })
    for (const name of left) query.delete(name)
    return request(`${ISSUER}/authorize?${query}`)
  }
  const callback = async (parameters?: Form, left?: readonly string[]) => callbackOf(await authorize(parameters, left))
  const code = async (parameters?: Form) => (await callback(parameters)).get('code') ?? ''

  const post = (path: string, form: Form, headers: Form = {}) =>
    request(`${ISSUER}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) })
  const exchange = (value: string, form: Form = {}) =>
    post('/token', {
      grant_type: 'authorization_code',
      code: value,
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
      ...credentials,
      ...form,
    })
  const refresh = (refresh_token: string, form: Form = {}) =>
    post('/token', { grant_type: 'refresh_token', refresh_token, ...credentials, ...form })
  const tokens = async (parameters?: Form): Promise<TokenAnswer> => answerOf(await exchange(await code(parameters)))
  const get = (path: string, token?: string) =>
    request(`${ISSUER}${path}`, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    })
  const tokenRequests = () => emulator.control.requests().filter(({ path }) => path === '/token').length

  return {
    emulator,
    request,
    control,
    authorize,
    callback,
    code,
    post,
    exchange,
    refresh,
    tokens,
    get,
    tokenRequests,
    revoke: (token: string, form: Form = {}) => post('/revoke', { token, ...credentials, ...form }),
    introspect: (token: string, form: Form = {}) => post('/introspect', { token, ...credentials, ...form }),
  }
}

/** Returns the tokens of a success response. */
export async function answerOf(response: Response): Promise<TokenAnswer> {
  if (response.status !== 200) throw new Error(`Status ${response.status}`)
  return (await response.json()) as TokenAnswer
}

/** Returns the status and the error code of an error response. */
export async function refusalOf(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as Refusal).error]
}
