import { isOAuthError, OAuthError } from '../errors.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { CallbackRequest, Provider } from '../providers/contract.ts'
import { Secret } from '../secret.ts'
import { isStoreFailure } from '../stores/guard.ts'
import type { DocumentAddress, Owner, WaitUntil } from '../vault/address.ts'
import type { GrantIndex } from '../vault/grant-index.ts'
import { type ConnectionRecord, healthOf, isEnding, isOver, isRenewable } from '../vault/record.ts'
import { requestApi } from './api-request.ts'
import type { Connection, ConnectionSummary } from './connection.ts'
import type { Engine } from './engine-contract.ts'

/** What {@link ConnectionAccess} works with. */
export interface AccessTools {
  readonly providers: Readonly<Record<string, Provider>>
  /** The engine for the connections at a provider. */
  readonly engine: (provider: string) => Engine
  readonly grants: (provider: string) => GrantIndex
  readonly backChannel: BackChannel
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
  readonly summarize: (record: ConnectionRecord) => ConnectionSummary
  /** The URL of another login of a connection that requests these scopes; they are sealed in it. */
  readonly stepUpUrl: (record: ConnectionRecord, scopes: readonly string[], returnTo?: string) => Promise<string>
}

// The only characters of an id that may get into a storage key.
const OWNER_KEY = /^[\w-]+$/

/** The connections of all owners, for one request or background job. */
export class ConnectionAccess {
  readonly #tools: AccessTools
  readonly #waitUntil: WaitUntil | undefined

  constructor(tools: AccessTools, waitUntil?: WaitUntil) {
    this.#tools = tools
    this.#waitUntil = waitUntil
  }

  /** Finishes a login; its code is sent at most once. */
  async completeLogin(owner: Owner, name: string, callback: CallbackRequest): Promise<Connection> {
    const address = this.#address(owner, name)
    const record = await this.#tools.engine(name).completeLogin(address, callback)
    return this.#connection(owner, record)
  }

  /** Connects with a token that a person created at the provider. */
  async acceptToken(owner: Owner, name: string, token: string): Promise<Connection> {
    const accepting = this.#tools.engine(name).acceptToken(this.#address(owner, name), new Secret(token.trim()))
    return this.#connection(owner, await this.#keep(accepting))
  }

  /** The connections of an owner at all providers: one read for each provider. */
  async list(owner: Owner): Promise<Connection[]> {
    const names = Object.keys(this.#tools.providers)
    const lists = await Promise.all(names.map((name) => this.listAt(owner, name)))
    return lists.flat()
  }

  /** The connections of an owner at one provider, the latest login first: one read. */
  async listAt(owner: Owner, name: string): Promise<Connection[]> {
    const address = this.#address(owner, name)
    const records = await this.#tools.engine(name).list(address)
    for (const record of records) await this.#noteEnd(address, record)
    return records.toReversed().map((record) => this.#connection(owner, record))
  }

  /**
   * The connection with this id, without a check of the owner.
   *
   * @throws OAuthError `connection_unknown`, `store_unavailable`
   */
  async get(id: string): Promise<Connection> {
    const { name, owner } = this.#parse(id)
    const found = (await this.listAt(owner, name)).find((connection) => connection.id === id)
    if (!found) throw new OAuthError('connection_unknown')
    return found
  }

  /**
   * Ends a connection of this owner: our copy first, then the grant at the provider.
   *
   * @throws OAuthError `connection_unknown` for an id that is not this owner's, `store_unavailable`
   */
  async disconnect(owner: Owner, id: string) {
    const { name, owner: named } = this.#parse(id)
    if (named.key !== owner.key) throw new OAuthError('connection_unknown')
    const ending = this.#tools.engine(name).disconnect(this.#address(owner, name), id)
    const { record, outcome } = await this.#keep(ending.catch(asUnknown))
    return { connection: this.#tools.summarize(record), outcome }
  }

  /**
   * The provider that an id names.
   *
   * @throws OAuthError `connection_unknown`
   */
  providerOf(id: string): string {
    return this.#parse(id).name
  }

  /**
   * Ends the connections of a grant that ended at the provider.
   *
   * @param occurredAt - when it ended, in seconds since the epoch: connections of later logins stay
   * @throws OAuthError `store_unavailable`
   */
  async endGrant(name: string, grantId: string, occurredAt: number): Promise<void> {
    const grants = this.#tools.grants(name)
    if (await grants.beganAfter(grantId, occurredAt)) return
    for (const entry of await grants.owners(grantId)) {
      const [provider = '', key = ''] = entry.split('.')
      if (!Object.hasOwn(this.#tools.providers, provider)) continue
      const address = this.#address({ key }, provider)
      await this.#tools.engine(provider).endGrant(address, grantId, occurredAt)
    }
  }

  /** Stores when a grant began, so that a late event about an earlier end does not end it. */
  beginGrant(name: string, grantId: string, occurredAt: number): Promise<void> {
    return this.#tools.grants(name).began(grantId, occurredAt)
  }

  /** The provider and the owner that an id names. */
  #parse(id: string): { readonly name: string; readonly owner: Owner } {
    const [name = '', key = ''] = id.split('.')
    const isKnown = Object.hasOwn(this.#tools.providers, name) && OWNER_KEY.test(key)
    if (!isKnown) throw new OAuthError('connection_unknown')
    return { name, owner: { key } }
  }

  #address(owner: Owner, provider: string): DocumentAddress {
    return { provider, owner, waitUntil: this.#waitUntil }
  }

  #connection({ key, expiresAt }: Owner, stored: ConnectionRecord): Connection {
    const { id, provider: name } = stored
    // The document was opened with the owner's session, so later calls do not present the session again.
    const owner: Owner = { key, expiresAt }
    const address = this.#address(owner, name)
    const { backChannel, now, summarize, engine } = this.#tools
    let record = stored
    const onRenewed = (renewed: ConnectionRecord) => {
      record = renewed
    }
    const provider = this.#provider(name)
    const context = { provider, backChannel, engine: engine(name), address, now, onRenewed }
    const usable = async () => {
      record = await this.#usable(address, record)
      return record
    }
    const renewed = async () => {
      record = await engine(name).renew(address, record, 'refused')
      return record
    }
    const request = async (...[input, init]: Parameters<Connection['fetch']>) =>
      requestApi(context, await usable(), input, init)
    const about = (error: unknown) => this.#about(record, error)
    const keep = <T>(work: Promise<T>): Promise<T> => this.#keep(work.catch(about))
    return {
      id,
      provider: name,
      get account() {
        return record.account
      },
      get scopes() {
        return record.scopes
      },
      get health() {
        return healthOf(provider, record, now())
      },
      get reauthorizeUrl() {
        return summarize(record).reauthorizeUrl
      },
      get requestedScopes() {
        return record.requestedScopes ?? []
      },
      get details() {
        return record.details ?? {}
      },
      accessToken: ({ renew = false } = {}) => keep((renew ? renewed() : usable()).then((it) => it.accessToken)),
      fetch: (input, init) => keep(request(input, init)),
      revoke: () => this.disconnect(owner, id).then(({ outcome }) => outcome, about),
      toJSON: () => summarize(record),
    }
  }

  /** Throws an error with its connection, and with the login that helps: it requests the scopes that are missing too. */
  async #about(record: ConnectionRecord, error: unknown): Promise<never> {
    if (!isOAuthError(error)) throw error
    const { id: connectionId, provider, scopes } = record
    const { code, missingScopes = [] } = error
    const more = { connectionId, provider }
    if (code !== 'insufficient_scope' && code !== 'needs_reauth') throw error.with(more)
    const loginUrl = await this.#tools.stepUpUrl(record, [...new Set([...scopes, ...missingScopes])])
    throw error.with({ ...more, loginUrl })
  }

  #provider(name: string): Provider {
    return this.#tools.providers[name] as Provider
  }

  /** The record with a working access token: the given record, or a renewed one. */
  async #usable(address: DocumentAddress, record: ConnectionRecord): Promise<ConnectionRecord> {
    const { engine, now } = this.#tools
    const provider = this.#provider(record.provider)
    await this.#noteEnd(address, record)
    if (healthOf(provider, record, now()) === 'needs_reauth') throw new OAuthError('needs_reauth')
    if (!isEnding(record, now()) || !isRenewable(provider, record)) return record
    try {
      return await engine(record.provider).renew(address, record, 'ending')
    } catch (error) {
      // While the old token lives, a failed store is no reason to fail.
      if (isStoreFailure(error) && !isOver(record, now())) return record
      throw error
    }
  }

  /** Stores once, and so reports once, that a token has ended and nothing can renew it. */
  async #noteEnd(address: DocumentAddress, record: ConnectionRecord): Promise<void> {
    const { engine, now } = this.#tools
    const provider = this.#provider(record.provider)
    const hasEnded = healthOf(provider, record, now()) === 'needs_reauth'
    // The next configuration may use a refresh token that this one does not use.
    if (!hasEnded || record.health === 'needs_reauth' || record.refreshToken) return
    // After a store failure the next request tries again.
    await this.#keep(engine(record.provider).markDead(address, record)).catch(() => undefined)
  }

  /** Lets work continue when its request is cancelled: other requests may wait for the work. */
  #keep<T>(work: Promise<T>): Promise<T> {
    this.#waitUntil?.(work.catch(() => undefined))
    return work
  }
}

/** Hides from a session that may not use the document whether the id exists. */
function asUnknown(error: unknown): never {
  const isOvertaken = isOAuthError(error) && error.code === 'login_overtaken'
  throw isOvertaken ? new OAuthError('connection_unknown') : error
}
