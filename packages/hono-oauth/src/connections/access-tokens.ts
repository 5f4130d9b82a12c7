import { isOAuthError, OAuthError } from '../errors.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { TokenSet } from '../protocol/token-response.ts'
import type { Provider } from '../providers/contract.ts'
import { authorizedFetch } from './authorized-fetch.ts'
import type { ConnectionDocuments, DocumentAddress } from './documents.ts'
import { type ConnectionRecord, isEnding, renewRecord } from './record.ts'
import { SingleFlight } from './single-flight.ts'

type Owner = DocumentAddress['owner']

/** What the access tokens of all connections are kept with. */
export interface AccessTokensOptions {
  readonly documents: ConnectionDocuments
  readonly backChannel: BackChannel
  /** The provider of a name. */
  readonly provider: (name: string) => Provider
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
}

// After a renewal that failed, and before a token can be blamed for a 401, in seconds.
const REST_SECONDS = 30
const YOUNG_SECONDS = 60
const MAX_RESTING = 1000
// A renewal with a slow provider and a slow store, in milliseconds.
const PATIENCE_MS = 15_000

/** Uses access tokens, and renews them before they end: once, however many requests ask. */
export class AccessTokens {
  readonly #options: AccessTokensOptions
  readonly #flights = new SingleFlight<ConnectionRecord>(PATIENCE_MS)
  /** When a failed renewal may be tried again while the old token lives, in seconds. */
  readonly #restingUntil = new Map<string, number>()

  constructor(options: AccessTokensOptions) {
    this.#options = options
  }

  /** A 401 is asked once more, with a new token where there is one to get. */
  async request(
    owner: Owner,
    record: ConnectionRecord,
    input: string | URL,
    init?: RequestInit,
  ): Promise<Response> {
    const provider = this.#options.provider(record.provider)
    const send = ({ accessToken }: ConnectionRecord) =>
      authorizedFetch(provider, accessToken, this.#options.backChannel, input, init)
    const current = await this.usable(owner, record)
    try {
      return await send(current)
    } catch (error) {
      if (!isDead(error)) throw error
      if (!isReplayable(init?.body)) throw await this.#notReplayed(owner, current, error)
    }
    const next = this.#mayBeOver(current) ? await this.#renew(owner, current) : current
    try {
      return await send(next)
    } catch (error) {
      if (!isDead(error)) throw error
      // A token this new is not over: the provider means that it does not allow this.
      if (provider.renew) throw new OAuthError('access_forbidden', { cause: error })
      await this.#markDead(owner, next)
      throw error
    }
  }

  /** A token that was just issued is not over: no other one would fare better. */
  #mayBeOver({ provider, expiresAt, lifetime }: ConnectionRecord): boolean {
    if (!this.#options.provider(provider).renew || expiresAt === undefined) return false
    return expiresAt - (lifetime ?? 0) + YOUNG_SECONDS <= this.#options.now()
  }

  /** A body that was read already cannot be sent again, but the next request can have a new token. */
  async #notReplayed(owner: Owner, record: ConnectionRecord, error: unknown): Promise<unknown> {
    if (!this.#mayBeOver(record)) return error
    await this.#renew(owner, record)
    const detail = 'The access token was replaced: send the request again.'
    return new OAuthError('provider_unavailable', { detail, cause: error })
  }

  /** The record with an access token that still works: the one it has, or a new one. */
  async usable(owner: Owner, record: ConnectionRecord): Promise<ConnectionRecord> {
    const now = this.#options.now()
    if (record.health === 'needs_reauth') throw new OAuthError('needs_reauth')
    if (!isEnding(record, now)) return record
    const isOver = (record.expiresAt ?? now) <= now
    if (!this.#options.provider(record.provider).renew) {
      if (isOver) throw new OAuthError('needs_reauth')
      return record
    }
    if (!isOver && (this.#restingUntil.get(record.id) ?? 0) > now) return record
    try {
      return await this.#renew(owner, record)
    } catch (error) {
      // While the old token lives, a provider that is not well is no reason to fail, nor to ask again.
      if (isOver || isDead(error) || isGone(error)) throw error
      this.#rest(record.id, now)
      return record
    }
  }

  #rest(id: string, now: number): void {
    if (this.#restingUntil.size >= MAX_RESTING) this.#restingUntil.clear()
    this.#restingUntil.set(id, now + REST_SECONDS)
  }

  /** Gets a new access token: once, however many requests of this isolate ask for it. */
  #renew(owner: Owner, stale: ConnectionRecord): Promise<ConnectionRecord> {
    return this.#flights.join(stale.id, async () => {
      const { documents, backChannel, now } = this.#options
      const address = { provider: stale.provider, owner }
      const { connections } = await documents.read(address)
      const stored = connections.find(({ id }) => id === stale.id)
      if (!stored) throw new OAuthError('not_connected')
      if (stored.health === 'needs_reauth') throw new OAuthError('needs_reauth')
      // Somebody else was faster, and what they won is still good.
      if (!isSameToken(stored, stale) && !isEnding(stored, now())) return stored
      const tokens = await this.#requestRenewal(owner, stored, backChannel)
      return documents.update(address, (current) => {
        const latest = current.find(({ id }) => id === stale.id)
        // A disconnect or a login that came meanwhile wins: nothing is written over it.
        if (!latest) throw new OAuthError('not_connected')
        if (!isSameToken(latest, stored)) return { connections: current, result: latest }
        const result = renewRecord(latest, tokens, now())
        return { connections: current.map((one) => (one === latest ? result : one)), result }
      })
    })
  }

  async #requestRenewal(
    owner: Owner,
    record: ConnectionRecord,
    backChannel: BackChannel,
  ): Promise<TokenSet> {
    const provider = this.#options.provider(record.provider)
    if (!provider.renew) throw new OAuthError('needs_reauth')
    try {
      return await provider.renew(record, backChannel)
    } catch (error) {
      if (isDead(error)) await this.#markDead(owner, record)
      throw error
    }
  }

  /** The provider says that the token is dead: so the page can offer a new login. */
  async #markDead(owner: Owner, dead: ConnectionRecord): Promise<void> {
    const address = { provider: dead.provider, owner }
    const marking = this.#options.documents.update(address, (connections) => {
      // A login that finished meanwhile has another token, and that one is not known to be dead.
      const same = connections.find((record) => record.id === dead.id && isSameToken(record, dead))
      if (!same || same.health === 'needs_reauth') return { connections, result: undefined }
      const marked: ConnectionRecord = { ...same, health: 'needs_reauth' }
      const changed = connections.map((record) => (record === same ? marked : record))
      return { connections: changed, result: undefined }
    })
    // A store that fails now must not hide what the provider said.
    await marking.catch(() => undefined)
  }
}

function isSameToken(one: ConnectionRecord, other: ConnectionRecord): boolean {
  return one.accessToken.reveal() === other.accessToken.reveal()
}

function isDead(error: unknown): boolean {
  return isOAuthError(error) && error.code === 'needs_reauth'
}

/** Somebody disconnected meanwhile. */
function isGone(error: unknown): boolean {
  return isOAuthError(error) && error.code === 'not_connected'
}

/** A stream can be read only once. */
function isReplayable(body: unknown): boolean {
  return !(body instanceof ReadableStream)
}
