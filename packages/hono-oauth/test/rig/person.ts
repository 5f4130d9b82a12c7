import type { OAuthConfig, Store } from 'hono-oauth'
import type { FakeClock } from 'hono-oauth/testing'
import type { EmulatorOptions } from 'provider-emulator'
import { type App, createApp, type RotatingName } from './app.ts'
import { Browser } from './browser.ts'
import { DAY, KEY, ORIGIN, SCRIPT } from './constants.ts'
import { codeOf } from './oracles.ts'
import { createProvider, EXAMPLE_CLIENT } from './provider.ts'
import { readJson } from './read-json.ts'
import { createWire } from './wire.ts'

const ACCOUNTS = ['ada', 'bob', 'eve', 'alice', 'mallory', 'one', 'two']
const users = ACCOUNTS.map((sub) => ({ sub, name: sub, email: `${sub}@oauth.example` }))

/**
 * `oauth.example` for people who log in as `account:label`, and apps in front of it, each in an isolate of
 * its own. Tokens that such a login brings are known by what the person logged in as.
 *
 * Access tokens outlive every session, unless `accessTokenSeconds` says otherwise.
 */
export async function createPeople(clock: FakeClock, options: EmulatorOptions['oauthExample'] = {}) {
  const provider = createProvider({
    now: clock.now,
    oauthExample: { users, clients: [EXAMPLE_CLIENT], rotation: 'never', accessTokenSeconds: 400 * DAY, ...options },
  })
  const wire = createWire(provider)
  const clients = await provider.clients()
  /** What a person logged in as, by code, access token and refresh token. */
  const names = new Map<string, string>()
  /** The provider's page of each login, by its state. */
  const pages = new Map<string, string>()

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const answer = await wire.follow(url, init)
    if (new URL(url).pathname !== '/token' || !answer.ok) return answer
    const form = new URLSearchParams(String(init.body))
    const name = names.get(form.get('code') ?? form.get('refresh_token') ?? '')
    const tokens = (await answer.clone().json()) as Record<string, unknown>
    for (const member of ['access_token', 'refresh_token']) {
      if (name) names.set(String(tokens[member]), name)
    }
    return answer
  }

  const people = {
    /** What the pages of the app wait for before they answer. */
    held: undefined as Promise<unknown> | undefined,
    clock,
    provider,
    wire,
    names,
    pages,

    /** The app in one isolate, over its view of a store; its providers are `ex-kv` and `ex-kv-2`. */
    isolate(store: Store, config: Partial<OAuthConfig> = {}, rotating: Partial<Record<RotatingName, Store>> = {}): App {
      const own = { keys: [KEY], ...clients, store, rotating, now: clock.now, errors: [] }
      return createApp({ ...own, fetch, config, pause: () => people.held })
    },

    /** Has every login get the access token of the first one, and no refresh token. */
    repeatToken(): void {
      let first: unknown
      wire.editToken(({ refresh_token: _none, access_token: token, ...json }) => {
        first ??= token
        return { ...json, access_token: first }
      })
      wire.intercept(({ url }) => (url.pathname === '/revoke' ? new Response() : undefined))
    },
  }
  return people
}

export type People = Awaited<ReturnType<typeof createPeople>>

/** A person with a browser, whose requests go to the isolate that is set. */
export class Person {
  at: Pick<App, 'app'>
  readonly browser: Browser
  readonly #people: People

  constructor(at: Pick<App, 'app'>, people: People) {
    this.at = at
    this.#people = people
    const send = async (url: string, init: RequestInit) => this.at.app.request(url, init)
    this.browser = new Browser(send, people.clock.now)
  }

  /** Another person with the same cookies. */
  copy(): Person {
    const copy = new Person(this.at, this.#people)
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

  /** Begins a login; gives its state, or the code of the error. */
  async begin(base = '/auth', name = 'ex-kv'): Promise<string> {
    const answer = await this.browser.navigate(`${base}/${name}/login`)
    const page = answer.headers.get('location')
    if (page === null) return String(await codeOf(answer))
    const state = new URL(page).searchParams.get('state') ?? ''
    this.#people.pages.set(state, page)
    return state
  }

  /** Allows a login as `account:label`, and comes back from the provider: `303`, or the code of the error. */
  async finish(state: string, as: string): Promise<string> {
    const { provider, pages, names } = this.#people
    const [user = ''] = as.split(':')
    const callback = await provider.consent(pages.get(state) ?? '', Object.entries({ decision: 'allow', user }))
    names.set(new URL(callback, ORIGIN).searchParams.get('code') ?? '', as)
    const answer = await this.browser.navigate(callback)
    return answer.status === 303 ? '303' : String((await codeOf(answer)) ?? answer.status)
  }

  async connect(as: string, base?: string, name?: string): Promise<string> {
    return this.finish(await this.begin(base, name), as)
  }

  /** The accounts that are connected, as far as this browser may see. */
  async accounts(base = '/auth'): Promise<string[]> {
    const { connections } = await readJson(this.browser.request(`${base}/connections`))
    return (connections as { account: { id: string } }[]).map(({ account }) => account.id)
  }

  /** Connects with the token `account:label` of the person's own; gives the status. */
  async paste(token: string, next = ''): Promise<number> {
    return (await this.browser.submit('/s/paste/ex-kv', { token, next })).status
  }

  /** Calls the API; gives what the person logged in as whose token serves, or the code of the error. */
  async use(): Promise<string> {
    const used = await this.browser.request('/s/use/ex-kv', { headers: SCRIPT })
    if (used.status !== 200) return String(await codeOf(used))
    const { token } = await readJson(this.browser.request('/s/token/ex-kv', { headers: SCRIPT }))
    return this.#people.names.get(token) ?? token
  }
}
