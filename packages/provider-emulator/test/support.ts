import { createEmulator, DEFAULT_WEBFLOW_CLIENT, type EmulatorOptions } from '../src/index.ts'

export const START = Date.parse('2024-06-01T12:00:00.000Z')
export const CALLBACK = 'http://localhost:8787/auth/webflow/callback'
export const CLIENT = DEFAULT_WEBFLOW_CLIENT

export const AUTHORIZE = 'https://webflow.com/oauth/authorize'
export const TOKEN = 'https://api.webflow.com/oauth/access_token'
export const REVOKE = 'https://webflow.com/oauth/revoke_authorization'
export const API = 'https://api.webflow.com/v2'
export const CONTROL = 'http://emulator.test/_emulator'
/** The headers that a change at the control needs. */
export const JSON_TYPE = { 'Content-Type': 'application/json' }

/** Starts an emulator with a stopped clock, automatic consent and no delays. */
export function startEmulator(options: EmulatorOptions = {}) {
  const emulator = createEmulator({
    now: () => START,
    consent: 'auto',
    wait: () => Promise.resolve(),
    ...options,
  })
  const request = (url: string, init?: RequestInit) => emulator.fetch(new Request(url, init))
  const send = (method: string, url: string, body: unknown, headers: Record<string, string> = {}) =>
    request(url, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const post = (url: string, body: unknown, headers?: Record<string, string>) => send('POST', url, body, headers)

  const authorize = (parameters: Record<string, string> = {}) =>
    request(`${AUTHORIZE}?${new URLSearchParams({ ...authorizationParameters, ...parameters })}`)

  /** Sends an authorization request; returns the parameters of its redirect. */
  const callback = async (parameters?: Record<string, string>): Promise<URLSearchParams> =>
    callbackOf(await authorize(parameters))

  const requestToken = (code: string, members: Record<string, unknown> = {}) =>
    post(TOKEN, { ...credentials, grant_type: 'authorization_code', code, ...members })

  const token = async (parameters?: Record<string, string>): Promise<string> => {
    const code = (await callback(parameters)).get('code') ?? ''
    const response = await requestToken(code, { redirect_uri: CALLBACK })
    return ((await response.json()) as { access_token: string }).access_token
  }

  const api = (path: string, accessToken: string) =>
    request(`${API}${path}`, { headers: { Authorization: `Bearer ${accessToken}` } })

  const revoke = (accessToken: string, url = REVOKE) => post(url, { ...credentials, access_token: accessToken })

  return {
    emulator,
    request,
    send,
    post,
    authorize,
    callback,
    requestToken,
    token,
    api,
    revoke,
  }
}

export const authorizationParameters = {
  response_type: 'code',
  client_id: CLIENT.id,
  scope: 'sites:read authorized_user:read',
  redirect_uri: CALLBACK,
  state: 'af0ifjsldkj',
}

export const credentials = { client_id: CLIENT.id, client_secret: CLIENT.secret }

export function callbackOf(response: Response): URLSearchParams {
  const location = response.headers.get('Location')
  if (location === null) throw new Error(`No redirect, but status ${response.status}.`)
  return new URL(location).searchParams
}

export const HEX_64 = /^[0-9a-f]{64}$/
