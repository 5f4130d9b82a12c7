import { isOAuthError } from '../errors.ts'
import { type BackChannel, invalid } from './back-channel.ts'
import { type JsonObject, readJsonObject } from './json-body.ts'
import { requestRead } from './read-request.ts'
import { isUnavailable, unavailable } from './retry-after.ts'

const MAX_AGE_SECONDS = 60 * 60
// For so long it serves while nobody can say whether it still holds.
const MAX_STALE_SECONDS = 24 * 60 * 60
// Between two attempts to learn more, whatever is missing in what is known.
const COOLDOWN_SECONDS = 60
const POLL_MS = 50
// Longer than a request takes, unless whoever made it was cancelled.
const PATIENCE_MS = 10_000

interface Known<T> {
  readonly url: string
  readonly value: T
  /** When it was asked for, in seconds since the epoch. */
  readonly at: number
}

/**
 * A JSON document that a server publishes, such as its metadata or its keys: asked for anew after an hour,
 * and served for a day while the server does not answer.
 *
 * It remembers values and no promise: in workerd one of another request never settles when that request was
 * cancelled. All times are in seconds since the epoch.
 */
export class PublishedDocument<T> {
  readonly #name: string
  readonly #judge: (json: JsonObject) => T
  #known: Known<T> | undefined
  #restsUntil = Number.NEGATIVE_INFINITY
  #isAsking = false
  /** What the last attempt to learn more has thrown. */
  #failure: unknown

  /**
   * @param name - what it is, for logs
   * @param judge - makes of it what is remembered, or throws
   */
  constructor(name: string, judge: (json: JsonObject) => T) {
    this.#name = name
    this.#judge = judge
  }

  /**
   * What the server publishes at an address.
   *
   * @throws OAuthError what the judge threw, or `provider_unavailable`, `provider_timeout` or
   *   `provider_response_invalid` when there is nothing to serve instead
   */
  async get(url: string, backChannel: BackChannel, now: number): Promise<T> {
    const known = this.#known?.url === url ? this.#known : undefined
    const age = known ? now - known.at : Number.POSITIVE_INFINITY
    if (known && age < MAX_AGE_SECONDS) return known.value
    if (!known || age >= MAX_STALE_SECONDS) return this.#ask(url, backChannel, now)
    if (now < this.#restsUntil) return known.value
    try {
      return await this.#ask(url, backChannel, now)
    } catch (error) {
      // A document that says something wrong is not one that says nothing.
      if (!isOAuthError(error) || error.code === 'configuration_invalid') throw error
      this.#restsUntil = now + COOLDOWN_SECONDS
      return known.value
    }
  }

  /** What the server publishes, however long ago it was asked: for work that has no time of its own. */
  async recall(url: string, backChannel: BackChannel): Promise<T> {
    return this.#known?.url === url ? this.#known.value : this.#request(url, backChannel)
  }

  /**
   * What the server publishes by now, when something was missing in what it published before. It is asked
   * once a minute at most; whoever comes while it is asked waits for what it says.
   *
   * @returns `undefined` when there is nothing newer for now
   * @throws OAuthError as {@link get}
   */
  async getNewer(
    than: T,
    url: string,
    backChannel: BackChannel,
    now: number,
  ): Promise<T | undefined> {
    const newer = () => {
      const known = this.#known?.url === url ? this.#known.value : undefined
      return known === than ? undefined : known
    }
    if (newer() === undefined && now < this.#restsUntil) {
      await this.#answered()
      // Nobody knows what the server would have said.
      if (newer() === undefined && this.#failure) throw this.#failure
    }
    if (newer() !== undefined || now < this.#restsUntil) return newer()
    this.#restsUntil = now + COOLDOWN_SECONDS
    this.#isAsking = true
    this.#failure = undefined
    try {
      return await this.#ask(url, backChannel, now)
    } catch (error) {
      this.#failure = error
      throw error
    } finally {
      this.#isAsking = false
    }
  }

  async #answered(): Promise<void> {
    const givenUpAt = Date.now() + PATIENCE_MS
    while (this.#isAsking && Date.now() < givenUpAt) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  async #ask(url: string, backChannel: BackChannel, now: number): Promise<T> {
    const value = await this.#request(url, backChannel)
    this.#known = { url, value, at: now }
    return value
  }

  async #request(url: string, backChannel: BackChannel): Promise<T> {
    const response = await requestRead(url, {}, backChannel)
    if (isUnavailable(response)) throw unavailable(this.#name, response)
    if (response.status !== 200) throw invalid(`${this.#name} answered ${response.status}`)
    const json = await readJsonObject(response)
    if (!json) throw invalid(`${this.#name} is no JSON object`)
    return this.#judge(json)
  }
}
