import type { Context } from 'hono'
import { Hono } from 'hono'
import {
  type ConnectionEvent,
  createOAuth,
  isOAuthError,
  type OAuthConfig,
  type Provider,
  type Store,
} from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { ORIGIN } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { readJson } from '../support/read-json.ts'
import { KEY } from '../support/rig.ts'

/** A provider whose codes are `account:token`, and which issues them as access tokens. */
export class PlainProvider {
  /** What the token endpoint answers to a code, beside the type. */
  answer = (code: string): Record<string, unknown> => ({ access_token: code })
  /** What its API waits for. */
  held: Promise<unknown> | undefined

  async fetch(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    const token = headers.get('authorization')?.slice('Bearer '.length) ?? ''
    switch (new URL(url).pathname) {
      case '/token': {
        const code = new URLSearchParams(String(init.body)).get('code') ?? ''
        return Response.json({ token_type: 'bearer', ...this.answer(code) })
      }
      case '/me':
        return Response.json({ sub: token.split(':')[0] })
      case '/revoke':
        return new Response(null)
      default:
        await this.held
        return Response.json({ token })
    }
  }
}

/** A plain OAuth server whose tokens a person may also paste. */
function plainOAuth(): Provider {
  const server = oauth2({
    clientId: 'id',
    clientSecret: 'a-secret-of-the-client',
    scopes: ['a'],
    authorizationEndpoint: 'https://p.example/authorize',
    tokenEndpoint: 'https://p.example/token',
    revocationEndpoint: 'https://p.example/revoke',
    account: { url: 'https://p.example/me' },
    apiOrigins: ['https://p.example'],
    refreshTokens: 'reusable',
  })
  return {
    ...server,
    async acceptToken(accessToken) {
      const [id = ''] = accessToken.reveal().split(':')
      const grant = { id, account: { id, name: null }, scopes: ['a'], revocable: false }
      return { tokens: { accessToken }, grant }
    },
  }
}

/** The app in one isolate, over its view of a store. */
export function isolate(
  store: Store,
  now: () => number,
  provider: PlainProvider,
  config: Partial<OAuthConfig> = {},
) {
  const events: ConnectionEvent[] = []
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys: KEY,
    providers: { p: plainOAuth(), q: plainOAuth() },
    store,
    now,
    fetch: (url, init) => provider.fetch(url, init),
    onEvent: (event) => void events.push(event),
    ...(config as object),
  }))
  const app = new Hono()
  // Hono gives what an error handler answers the cookies of a handler that has a middleware before it.
  app.use((_c, next) => next())
  app.route(config.basePath ?? '/auth', oauth.routes)
  app.get('/use', oauth.require('p'), async (c: Context) => {
    const answer = await c.var['connection'].fetch('/api')
    return c.json(await answer.json())
  })
  app.get('/list', async (c) => {
    const listed = await oauth.list(c)
    await provider.held
    return c.json(listed)
  })
  app.post('/paste', async (c) => {
    const { token } = await c.req.parseBody()
    const connection = await oauth.connect(c, 'p', String(token))
    if (String(token).endsWith('fails')) throw new Error('a mistake of the app')
    return c.json(connection)
  })
  app.onError((error) =>
    isOAuthError(error) ? error.getResponse() : new Response('failed', { status: 500 }),
  )
  return { app, oauth, events }
}

/** Somebody with a browser, whose requests go to whichever isolate is set. */
export class Person {
  at: { readonly app: Hono }
  readonly browser: Browser
  readonly #now: () => number

  constructor(at: { readonly app: Hono }, now: () => number) {
    this.at = at
    this.#now = now
    this.browser = new Browser(async (url, init) => this.at.app.request(url, init), now)
  }

  /** Somebody else with the same cookies. */
  copy(): Person {
    const copy = new Person(this.at, this.#now)
    for (const [name, cookie] of this.browser.jar) copy.browser.jar.set(name, cookie)
    return copy
  }

  /**
   * Sends something with the cookies of now.
   *
   * @returns what lets its answer arrive, and with it its cookies
   */
  send<T>(act: (tab: Person) => Promise<T>): () => Promise<T> {
    const tab = this.copy()
    const before = new Map(tab.browser.jar)
    const sent = act(tab)
    return async () => {
      const answer = await sent
      for (const [name, cookie] of tab.browser.jar) {
        if (before.get(name) !== cookie) this.browser.jar.set(name, cookie)
      }
      return answer
    }
  }

  /** Begins a login; gives its state. */
  async begin(base = '/auth', name = 'p'): Promise<string> {
    const answer = await this.browser.navigate(`${base}/${name}/login`)
    return new URL(answer.headers.get('location') ?? '').searchParams.get('state') ?? ''
  }

  /** Comes back from the provider: `303`, or the code of the error. */
  async finish(state: string, code: string, base = '/auth', name = 'p'): Promise<string> {
    const path = `${base}/${name}/callback?state=${state}&code=${encodeURIComponent(code)}`
    const answer = await this.browser.navigate(path)
    return answer.status === 303
      ? '303'
      : (/<small>\d+ · (\w+)<\/small>/.exec(await answer.text())?.[1] ?? String(answer.status))
  }

  async connect(code: string, base = '/auth'): Promise<string> {
    return this.finish(await this.begin(base), code, base)
  }

  /** The accounts that are connected, as far as this browser may see. */
  async accounts(base = '/auth'): Promise<string[]> {
    const { connections } = await readJson(this.browser.request(`${base}/connections`))
    return (connections as { account: { id: string } }[]).map(({ account }) => account.id)
  }

  /** Connects with a token of the person's own; gives the status. */
  async paste(token: string): Promise<number> {
    return (await this.browser.submit('/paste', { token })).status
  }

  /** The access token that serves, or the code of the error. */
  async use(): Promise<string> {
    const answer = await readJson(
      this.browser.request('/use', { headers: { accept: 'application/json' } }),
    )
    return String(answer.token ?? answer.code)
  }
}
