import { Hono } from 'hono'
import {
  type ConnectionEvent,
  createOAuth,
  isOAuthError,
  type OAuthConfig,
  type Store,
} from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { ORIGIN } from '../support/app.ts'
import { noteError, SHOWS_TOKENS } from '../support/notes.ts'

/** The app's credentials at `oauth.example`. */
export interface ExampleClient {
  readonly id: string
  readonly secret: string
}

/** What differs from test to test. */
export interface ExampleSettings<E> {
  readonly keys: (env: E) => string
  readonly client: (env: E) => ExampleClient
  readonly store: (env: E) => Store
  readonly now: () => number
  readonly onEvent?: (event: ConnectionEvent) => void
  readonly config?: Partial<OAuthConfig>
}

/** The plain server of the emulator, which rotates refresh tokens and detects their reuse. */
export function example({ id, secret }: ExampleClient) {
  return oauth2({
    clientId: id,
    clientSecret: secret,
    scopes: ['openid', 'profile', 'items:read'],
    issuer: 'https://oauth.example',
    issParameter: true,
    authorizationEndpoint: 'https://oauth.example/authorize',
    tokenEndpoint: 'https://oauth.example/token',
    revocationEndpoint: 'https://oauth.example/revoke',
    account: { url: 'https://oauth.example/userinfo' },
    apiOrigins: ['https://oauth.example'],
  })
}

/** An app whose users connect accounts of `oauth.example`; the user is whoever the header names. */
export function exampleOAuth<E>(settings: ExampleSettings<E>) {
  return createOAuth((env: E) => ({
    origin: ORIGIN,
    keys: settings.keys(env),
    providers: { example: example(settings.client(env)) },
    store: settings.store(env),
    owner: (c) => c.req.header('x-user'),
    now: settings.now,
    onEvent: settings.onEvent,
    ...(settings.config as object),
  }))
}

/** The routes of such an app. They show tokens, which an app never would. */
export function exampleApp<E extends object>(oauth: ReturnType<typeof exampleOAuth<E>>) {
  const app = new Hono<{ Bindings: E }>()
  app.use(async (c, next) => {
    await next()
    if (c.error) noteError(c.error)
  })
  app.route('/auth', oauth.routes)
  app.get('/token', oauth.require('example'), async (c) =>
    c.json({ token: (await c.var.connection.accessToken()).reveal() }, 200, SHOWS_TOKENS),
  )
  app.get('/me', oauth.require('example'), async (c) => {
    const answer = await c.var.connection.fetch('/api/me')
    return c.json(await answer.json(), answer.status as 200)
  })
  // A request whose client is gone: it answers before its work is done.
  app.get('/abandoned', oauth.require('example'), (c) => {
    c.var.connection.accessToken().catch(() => undefined)
    return c.body(null, 204)
  })
  app.get('/background/:id', async (c) => {
    const connection = await oauth.connections(c.env).get(c.req.param('id'))
    const token = (await connection.accessToken()).reveal()
    return c.json({ token, connection }, 200, SHOWS_TOKENS)
  })
  app.post('/leave', oauth.require('example'), async (c) =>
    c.json({ outcome: await c.var.connection.revoke() }),
  )
  app.onError((error) => {
    if (isOAuthError(error)) return error.getResponse()
    throw error
  })
  return app
}
