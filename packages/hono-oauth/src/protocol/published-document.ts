import { hasCode, isOAuthError, type OAuthError } from '../errors.ts'
import { invalid, isUnavailable, type JsonObject, readJsonObject, unavailable } from './answer.ts'
import type { BackChannel } from './back-channel.ts'
import { requestRead } from './read-request.ts'

const MAX_AGE_SECONDS = 60 * 60
// Up to this age a document is used while the server does not answer.
const MAX_STALE_SECONDS = 24 * 60 * 60
// The pause between two requests for a newer document.
const COOLDOWN_SECONDS = 60
// After an outage without a cached document: short, because no login works meanwhile.
const DOWN_SECONDS = 10
const POLL_MS = 50
// Longer than a request takes: after this time workerd has cancelled the event of that request.
const MAX_WAIT_MS = 10_000

interface Known<T> {
  readonly url: string
  readonly value: T
  /** The time of its request, in seconds since the epoch. */
  readonly at: number
}

/** The outage of a server of which no document may be used. */
interface Outage {
  readonly url: string
  readonly error: OAuthError
  readonly until: number
}

/**
 * A JSON document that a server publishes, such as its metadata or its keys. The document is read again after an
 * hour; while the server does not answer, the cached document is used for a day. Without one, a server that is down is
 * asked once in ten seconds, not for each login.
 *
 * The cache holds values and no promises: in workerd the promise of a cancelled request never settles. All
 * times are in seconds since the epoch.
 */
export class PublishedDocument<T> {
  readonly #name: string
  readonly #judge: (json: JsonObject) => T
  #known: Known<T> | undefined
  #outage: Outage | undefined
  #restsUntil = Number.NEGATIVE_INFINITY
  #isAsking = false
  /** The error of the last request for a newer document. */
  #failure: unknown

  /**
   * @param name - of the document, for logs
   * @param judge - turns the JSON into the value to cache, or throws an error
   */
  constructor(name: string, judge: (json: JsonObject) => T) {
    this.#name = name
    this.#judge = judge
  }

  /**
   * The document at an address.
   *
   * @throws OAuthError the error of the judge, or `provider_unavailable`, `provider_timeout` or
   *   `provider_response_invalid` without a cached document that may be used instead
   */
  async get(url: string, backChannel: BackChannel, now: number): Promise<T> {
    const known = this.#known?.url === url ? this.#known : undefined
    const age = known ? now - known.at : Number.POSITIVE_INFINITY
    if (known && age < MAX_AGE_SECONDS) return known.value
    if (!known || age >= MAX_STALE_SECONDS) return this.#askUnlessDown(url, backChannel, now)
    if (now < this.#restsUntil) return known.value
    try {
      return await this.#ask(url, backChannel, now)
    } catch (error) {
      // The server did answer: the cached document must not hide that the new one is wrong.
      if (!isOAuthError(error) || error.code === 'configuration_invalid') throw error
      this.#restsUntil = now + COOLDOWN_SECONDS
      return known.value
    }
  }

  /** The document for work without a current time: the cached one of any age, or else the one at the address. */
  async recall(url: string, backChannel: BackChannel): Promise<T> {
    return this.#known?.url === url ? this.#known.value : this.#request(url, backChannel)
  }

  /**
   * Reads a newer document in place of one that lacks a member. It asks the server once a minute at most; callers
   * that come during this request wait for its result.
   *
   * @returns `undefined` when there is no newer document
   * @throws OAuthError as {@link get}
   */
  async getNewer(than: T, url: string, backChannel: BackChannel, now: number): Promise<T | undefined> {
    const newer = () => {
      const known = this.#known?.url === url ? this.#known.value : undefined
      return known === than ? undefined : known
    }
    if (newer() === undefined && now < this.#restsUntil) {
      await this.#answered()
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
    const until = Date.now() + MAX_WAIT_MS
    while (this.#isAsking && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  async #askUnlessDown(url: string, backChannel: BackChannel, now: number): Promise<T> {
    if (this.#outage?.url === url && now < this.#outage.until) throw this.#outage.error
    try {
      return await this.#ask(url, backChannel, now)
    } catch (error) {
      const isDown = hasCode(error, 'provider_unavailable', 'provider_timeout')
      this.#outage = isDown ? { url, error, until: now + DOWN_SECONDS } : undefined
      throw error
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
