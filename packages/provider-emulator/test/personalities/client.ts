import { createHash } from 'node:crypto'
import type { EmulatorOptions, PersonalityName } from '../../src/index.ts'
import { startEmulator } from '../support.ts'
import { FACTS } from './facts.ts'
import type { Call, Facts, Refusal, Texts } from './facts-type.ts'

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

export type Json = Record<string, unknown>

/** What a client has after a login: the members of the callback and of the answer, as texts. */
export interface Session {
  readonly access_token: string
  readonly refresh_token: string
  readonly members: Texts
  readonly answer: Json
}

export const redirectUriOf = (name: string) => `https://app.example/auth/${name}/callback`

const fill = (text: string, members: Texts) =>
  text.replaceAll(/\{([\w-]+)\}/g, (_, name: string) => members[name] ?? `missing-${name}`)

const defined = (members: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

const textsOf = (members: Json): Texts =>
  Object.fromEntries(Object.entries(members).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]])))

const basic = (id: string, secret: string) => ({
  Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

/** The members that a redirect or a form sends to the client. */
export async function callbackOf(response: Response): Promise<Texts> {
  const location = response.headers.get('Location')
  if (location !== null) return Object.fromEntries(new URL(location).searchParams)
  const page = await response.text()
  const inputs = [...page.matchAll(/name="(\w+)" value="([^"]*)"/g)]
  if (inputs.length === 0) throw new Error(`No redirect, but status ${response.status}: ${page}`)
  return Object.fromEntries(inputs.map(([, name, value]) => [name, value?.replaceAll('&quot;', '"')]))
}

function factsOf(name: string): Facts {
  const facts = FACTS[name]
  if (facts === undefined) throw new Error(`No facts about ${name}`)
  return facts
}

/** A small OAuth client that knows a provider only by its facts. */
export function startClient(name: PersonalityName, options: EmulatorOptions = {}) {
  const facts = factsOf(name)
  const { emulator, request } = startEmulator(options)
  const own = options.personalities?.[name]
  const id = own?.clientId ?? `${name}-client-id`
  const secret = own?.clientSecret ?? facts.secret?.() ?? `${name}-client-secret`

  const authorize = (more: Readonly<Record<string, string | undefined>> = {}) => {
    const query = {
      response_type: 'code',
      client_id: id,
      redirect_uri: redirectUriOf(name),
      state: 'af0ifjsldkj',
      ...(facts.pkce ? { code_challenge: CHALLENGE, code_challenge_method: 'S256' } : {}),
      ...facts.query,
      ...more,
    }
    return request(`${facts.authorize}?${new URLSearchParams(defined(query))}`)
  }

  const credentials = (auth: Facts['auth'], sent: string): readonly [headers: Texts, members: Texts] => {
    if (auth === 'basic') return [basic(id, sent), {}]
    return [{}, auth === 'secret' ? { client_secret: sent } : { client_id: id, client_secret: sent }]
  }

  const post = (url: string, format: 'json' | undefined, headers: Texts, members: Json, method = 'POST') =>
    request(url, {
      method,
      headers: {
        Accept: 'application/json',
        'Content-Type': format === 'json' ? 'application/json' : FORM,
        ...headers,
      },
      body: format === 'json' ? JSON.stringify(members) : new URLSearchParams(textsOf(members)),
    })

  const requestToken = (url: string, members: Json, callback: Texts, sent: string) => {
    const [headers, client] = credentials(facts.auth, sent)
    return post(fill(url, callback), facts.format, headers, { ...members, ...client })
  }

  const exchange = (callback: Texts, more: Json = {}, sent = secret) => {
    const further = Object.entries(facts.code ?? {}).map(([member, value]) => [member, fill(value, callback)])
    const members = {
      grant_type: 'authorization_code',
      code: callback['code'],
      redirect_uri: redirectUriOf(name),
      ...(facts.pkce ? { code_verifier: VERIFIER } : {}),
      ...Object.fromEntries(further),
      ...more,
    }
    return requestToken(facts.token, members, callback, sent)
  }

  async function sessionOf(response: Response, callback: Texts): Promise<Session> {
    const answer = (await response.json()) as Json
    const nested = facts.nested === undefined ? undefined : (answer[facts.nested] as Json | undefined)
    const tokens = nested?.['access_token'] === undefined ? answer : nested
    if (typeof tokens['access_token'] !== 'string') throw new Error(`No token: ${JSON.stringify(answer)}`)
    const members = { ...callback, ...textsOf(answer), ...textsOf(tokens) }
    return { access_token: tokens['access_token'], refresh_token: members['refresh_token'] ?? '', members, answer }
  }

  const login = async (more?: Readonly<Record<string, string | undefined>>) => {
    const callback = await callbackOf(await authorize(more))
    return sessionOf(await exchange(callback), callback)
  }

  const requestRefresh = ({ members, refresh_token }: Session, sent = secret) =>
    requestToken(facts.refreshUrl ?? facts.token, { grant_type: 'refresh_token', refresh_token }, members, sent)
  const refresh = async (session: Session) => sessionOf(await requestRefresh(session), session.members)

  const call = ({ url, method, scheme = 'Bearer', header, headers, body }: Call, { access_token, members }: Session) =>
    request(fill(url, members), {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(header === undefined ? { Authorization: `${scheme} ${access_token}`.trim() } : { [header]: access_token }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })

  const revoke = (session: Session, sent = secret) => {
    const { revoke: way } = facts
    if (way === undefined) throw new Error(`${name} has no revocation`)
    if (way.auth === 'token') return call({ method: 'POST', ...way }, session)
    const [headers, client] = way.auth === 'none' ? [{}, {}] : credentials(way.auth, sent)
    const { send: [member, value] = ['token', '{access_token}'] } = way
    const members = { ...client, [member]: fill(value, session.members) }
    const url = fill(way.url, session.members)
    return way.method === 'DELETE' && way.format === undefined
      ? request(url, { method: 'DELETE', headers })
      : post(url, way.format, { ...headers, ...way.headers }, members, way.method)
  }

  /** Sends the API request. Without an API, the control says whether a grant has a live access token. */
  const api = async (session: Session): Promise<Response> => {
    if (facts.api !== undefined) return call(facts.api, session)
    const isLive = emulator.control
      .personality(name)
      .grants()
      .some(({ liveAccessTokens }) => liveAccessTokens > 0)
    return new Response(null, { status: isLive ? 200 : 401 })
  }

  return {
    emulator,
    facts,
    request,
    authorize,
    exchange,
    login,
    requestRefresh,
    refresh,
    revoke,
    sessionOf,
    api,
    account: (session: Session) => (facts.account === undefined ? api(session) : call(facts.account, session)),
    fault: (fault: string, times?: number) => emulator.control.setScenario(name, fault, times),
  }
}

const FORM = 'application/x-www-form-urlencoded'

/** Whether a response has the status and the part of a refusal. */
export async function isRefusal(response: Response, [status, part]: Refusal): Promise<true | string> {
  const text = await response.text()
  return (response.status === status && text.includes(part)) || `${response.status} ${text}`
}
