import type { Emulator } from 'provider-emulator'
import type { Answer, Browser } from './browser.ts'
import type { Login } from './logins.ts'
import { pool } from './pool.ts'
import { consent, countLiving, countRefreshes } from './provider.ts'
import type { RunningWorker } from './running-worker.ts'

/** How many requests are on their way at once. */
export const AT_ONCE = 8
export const CALLERS = 100

export type Cookies = ReadonlyMap<string, string>

/** Microseconds of CPU time of the workerd process, for one of each. */
export interface FlowCost {
  readonly login: number
  readonly callback: number
  readonly flow: number
}

export interface Burst {
  readonly perCaller: number
  /** Refresh requests that the provider saw since the login. */
  readonly refreshes: number
  /** Callers that were answered with a token which the provider still takes afterwards. */
  readonly living: number
}

/** What a Worker is made to do. */
export class Work {
  readonly #worker: RunningWorker
  readonly #provider: Emulator
  readonly #visitor: (cookies?: Cookies) => Browser
  readonly #callers: (cookies?: Cookies) => Browser

  constructor(worker: RunningWorker, provider: Emulator) {
    this.#worker = worker
    this.#provider = provider
    this.#visitor = worker.visitors(AT_ONCE)
    this.#callers = worker.visitors(CALLERS)
  }

  async setUp(path: string): Promise<void> {
    const { status } = await this.#visitor().send(path, { method: 'POST' })
    if (status !== 204) throw new Error(`${path} answered ${status}.`)
  }

  /** So many visitors log in and make their first request; all do one step before any does the next. */
  async flows(login: Login, count: number): Promise<FlowCost> {
    const visitors = Array.from({ length: count }, () => this.#visitor())
    const started = await this.#worker.cpuTime()
    const addresses = await pool(visitors, AT_ONCE, login)
    const sent = await this.#worker.cpuTime()
    const callbacks = await pool(addresses, AT_ONCE, (address) => consent(this.#provider, address))
    const pairs = visitors.map((visitor, index) => [visitor, callbacks[index] ?? ''] as const)
    await pool(pairs, AT_ONCE, ([visitor, callback]) => finish(visitor, callback))
    const connected = await this.#worker.cpuTime()
    await pool(visitors, AT_ONCE, readToken)
    const done = await this.#worker.cpuTime()
    return {
      login: (sent - started) / count,
      callback: (connected - sent) / count,
      flow: (done - started) / count,
    }
  }

  /** One visitor comes again and again. */
  requests(cookies: Cookies, count: number): Promise<number> {
    return this.turns([cookies], count)
  }

  /** Several visitors come in turn, again and again. */
  async turns(each: readonly Cookies[], count: number): Promise<number> {
    const visitors = each.map((cookies) => this.#visitor(cookies))
    const turns = Array.from({ length: count }, (_, turn) => visitors[turn % visitors.length] as Browser)
    const started = await this.#worker.cpuTime()
    await pool(turns, AT_ONCE, readToken)
    return ((await this.#worker.cpuTime()) - started) / count
  }

  /** The first request that a process answers, with the start of the process. */
  async firstRequest(cookies: Cookies): Promise<number> {
    await readToken(this.#visitor(cookies))
    return this.#worker.cpuTime()
  }

  /** A new visitor, whose token lives for a second when `isShort` says so. */
  async logIn(login: Login, isShort = false): Promise<Cookies> {
    const visitor = this.#visitor()
    const callback = await consent(this.#provider, await login(visitor))
    if (isShort) this.#provider.control.setScenario('oauth.example', 'token-expires-in-1s', 1)
    await finish(visitor, callback)
    return visitor.cookies
  }

  /** Logs the visitor of `burst` in, with a token that ends a second later. */
  async prepareBurst(login: Login): Promise<Cookies> {
    this.#provider.control.clearRequests()
    return this.logIn(login, true)
  }

  /** Many requests of one visitor at once, whose token has just ended. */
  async burst(cookies: Cookies): Promise<Burst> {
    const callers = Array.from({ length: CALLERS }, () => this.#callers(cookies))
    const started = await this.#worker.cpuTime()
    const answers = await pool(callers, CALLERS, (caller) => caller.send('/me'))
    const spent = (await this.#worker.cpuTime()) - started
    const tokens = answers.flatMap((answer) => (answer.status === 200 ? [tokenIn(answer)] : []))
    return {
      perCaller: spent / CALLERS,
      refreshes: countRefreshes(this.#provider),
      living: await countLiving(this.#provider, tokens),
    }
  }
}

async function finish(visitor: Browser, callback: string): Promise<void> {
  const { status, headers, body } = await visitor.send(callback, {
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  if (status !== 302 && status !== 303) throw new Error(`A callback answered ${status}: ${body}`)
  if (/error/i.test(headers.location ?? '')) throw new Error(`A login led to ${headers.location}`)
}

async function readToken(visitor: Browser): Promise<void> {
  const answer = await visitor.send('/me')
  if (answer.status !== 200) throw new Error(`/me answered ${answer.status}: ${answer.body}`)
  tokenIn(answer)
}

function tokenIn({ body }: Answer): string {
  const { id, token } = JSON.parse(body) as { id?: string; token?: string }
  if (!id || !token) throw new Error(`/me names no visitor or no token: ${body}`)
  return token
}
