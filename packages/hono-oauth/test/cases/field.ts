import { Hono } from 'hono'
import {
  type Connection,
  type ConnectionEvent,
  createOAuth,
  type LogEntry,
  type OAuthConfig,
  type Provider,
  type Store,
} from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { memoryStore } from 'hono-oauth/stores/memory'
import { Browser } from '../rig/browser.ts'
import { KEY } from '../rig/constants.ts'

/** One request of the app to the provider. */
export interface FieldRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: string
  /** The parameters of a form or of a JSON body. */
  readonly fields: Readonly<Record<string, string>>
}

/** The answer to a request: JSON with status 200, or a whole response. */
export type Answer = (request: FieldRequest) => object | Response

/** A provider as it behaves in a case: its answers by `host/path`, or by the path alone. */
export type Answers = Readonly<Record<string, Answer>>

export const ORIGIN = 'https://app.example'
const START_MS = 1_800_000_000_000

/** The least that a description says, at a server of this name. */
export const SERVER = {
  clientId: 'id',
  clientSecret: 'secret',
  scopes: ['a', 'b'],
  authorizationEndpoint: 'https://as.example/authorize',
  tokenEndpoint: 'https://as.example/token',
  apiOrigins: ['https://api.example'],
} as const

export const token = (more: object = {}) => ({ access_token: 'at-1', token_type: 'Bearer', ...more })

/** `oauth2()` at {@link SERVER}, with what a case says otherwise. */
export const example = (more: object = {}) => oauth2({ ...SERVER, ...more })

interface FieldOptions {
  readonly config?: Partial<OAuthConfig>
  readonly store?: Store
  readonly origin?: string
}

/** An app with one provider, one browser, and the provider as a case has it. */
export function openField(provider: Provider<never> | Provider, answers: Answers = {}, options: FieldOptions = {}) {
  const sent: FieldRequest[] = []
  const events: ConnectionEvent[] = []
  const errors: unknown[] = []
  const logs: LogEntry[] = []
  const clock = { ms: START_MS }
  let current = answers
  const { origin = ORIGIN } = options

  async function fetchProvider(input: string, init: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    const url = new URL(input)
    const body = await request.text()
    const isJson = request.headers.get('content-type')?.includes('json')
    const fields = isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))
    const seen = { method: request.method, url, headers: request.headers, body, fields }
    sent.push(seen)
    const answer = (current[`${url.host}${url.pathname}`] ?? current[url.pathname])?.(seen)
    if (answer === undefined) return new Response('no such path', { status: 404 })
    return answer instanceof Response ? answer : Response.json(answer)
  }

  const oauth = createOAuth(() => ({
    origin,
    keys: KEY,
    providers: { p: provider as Provider },
    store: options.store ?? memoryStore({ now: () => clock.ms }),
    fetch: fetchProvider,
    now: () => clock.ms,
    onEvent: (event) => void events.push(event),
    logger: (entry) => void logs.push(entry),
    ...options.config,
  }))
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    if (c.error) errors.push(c.error)
  })
  app.route(options.config?.basePath ?? '/auth', oauth.routes)
  let act: (connection: Connection) => Promise<Response> = async (connection) => connection.fetch('/me')
  app.get('/use', oauth.require('p'), async (c) => act(c.var.connection as Connection))
  app.get(
    '/scoped',
    (c, next) => oauth.require('p', { scopes: c.req.queries('s') ?? [] })(c as never, next),
    (c) => c.text('ok'),
  )
  app.onError((error, c) => oauth.errorResponse(c, error as never))
  const browser = new Browser(
    async (url, init) => app.request(url, init),
    () => clock.ms,
  )

  /** Opens the login route, and returns the authorization request. */
  async function begin(query = ''): Promise<{ response: Response; to: URL | undefined; state: string }> {
    const response = await browser.navigate(`${origin}/auth/p/login${query}`)
    const location = response.headers.get('location')
    const to = location ? new URL(location) : undefined
    return { response, to, state: to?.searchParams.get('state') ?? '' }
  }

  /** Comes back from the provider. */
  function comeBack(
    state: string,
    parameters: Readonly<Record<string, string>> = { code: 'code-1' },
  ): Promise<Response> {
    return browser.navigate(`${origin}/auth/p/callback?${new URLSearchParams({ state, ...parameters })}`)
  }

  return {
    app,
    browser,
    clock,
    errors,
    events,
    logs,
    oauth,
    sent,
    begin,
    comeBack,
    /** Changes what the provider answers. */
    answer: (more: Answers) => {
      current = { ...current, ...more }
    },
    /** A whole login. */
    async login(parameters: Readonly<Record<string, string>> = { code: 'code-1' }, query = ''): Promise<Response> {
      const { state } = await begin(query)
      return comeBack(state, parameters)
    },
    /** Uses the connection in a handler of the app. */
    use(how: (connection: Connection) => Promise<Response> = async (connection) => connection.fetch('/me')) {
      act = how
      return browser.request(`${origin}/use`, { headers: { accept: 'application/json' } })
    },
    async connections(): Promise<
      {
        id: string
        scopes: string[]
        health: string
        account: object
        reauthorizeUrl?: string
        expiresAt: string | null
      }[]
    > {
      const response = await browser.request(`${origin}/auth/connections`)
      return ((await response.json()) as { connections: never }).connections
    },
    pass: (seconds: number) => {
      clock.ms += seconds * 1000
    },
    to: (path: string) => sent.filter(({ url }) => url.pathname === path),
  }
}

/** The code of a problem, or the status of another answer. */
export async function outcome(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.includes('problem+json')) {
    return ((await response.json()) as { code: string }).code
  }
  const text = await response.text()
  return /<small>\d+ · (\w+)<\/small>/.exec(text)?.[1] ?? String(response.status)
}

/** The connection of the app's only browser, as the app's handler sees it. */
export async function held<T>(field: ReturnType<typeof openField>, read: (connection: Connection) => T): Promise<T> {
  let value: T | undefined
  await field.use(async (connection) => {
    value = read(connection)
    return new Response()
  })
  return value as T
}
