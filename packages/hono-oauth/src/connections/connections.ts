import { isOAuthError, OAuthError } from '../errors.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { CallbackRequest, Provider, RevocationOutcome } from '../providers/contract.ts'
import { Secret } from '../secret.ts'
import { requestApi } from './api-request.ts'
import type { Connection } from './connection.ts'
import { isStoreFailure } from './failed-renewals.ts'
import type { GrantIndex } from './grants.ts'
import { healthOf, isRenewable } from './health.ts'
import type { ConnectionHome, ConnectionOwner, DocumentAddress } from './home.ts'
import { type ConnectionRecord, isEnding, isOver } from './record.ts'
import type { ConnectionSummary } from './summary.ts'

/** What connections are used with. */
export interface ConnectionsTools {
  readonly providers: Readonly<Record<string, Provider>>
  /** Where the connections of a provider live. */
  readonly home: (provider: string) => ConnectionHome
  readonly grants: (provider: string) => GrantIndex
  readonly backChannel: BackChannel
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
  readonly summarize: (record: ConnectionRecord) => ConnectionSummary
}

// Nothing else may get into a storage key.
const OWNER_KEY = /^[\w-]+$/

/** Lets work go on after the answer of the request that began it. */
export type WaitUntil = (work: Promise<unknown>) => void

/** All connections, wherever they live, as one request or job uses them. */
export class Connections {
  readonly #tools: ConnectionsTools
  readonly #waitUntil: WaitUntil | undefined

  constructor(tools: ConnectionsTools, waitUntil?: WaitUntil) {
    this.#tools = tools
    this.#waitUntil = waitUntil
  }

  /** Finishes a login; its code is sent at most once. */
  async complete(owner: ConnectionOwner, name: string, callback: CallbackRequest) {
    const address = this.#address(owner, name)
    return this.#connection(owner, await this.#home(name).complete(address, callback))
  }

  /** Connects with a credential that a person brought from the provider. */
  async accept(owner: ConnectionOwner, name: string, token: string): Promise<Connection> {
    const address = this.#address(owner, name)
    const record = await this.#keep(this.#home(name).accept(address, new Secret(token.trim())))
    return this.#connection(owner, record)
  }

  /** All connections of an owner, one read for each provider. */
  async list(owner: ConnectionOwner): Promise<Connection[]> {
    const names = Object.keys(this.#tools.providers)
    const lists = await Promise.all(names.map((name) => this.listAt(owner, name)))
    return lists.flat()
  }

  /** The connections of an owner at one provider, the latest login first: one read. */
  async listAt(owner: ConnectionOwner, name: string): Promise<Connection[]> {
    const address = this.#address(owner, name)
    const records = await this.#home(name).list(address)
    await Promise.all(records.map((record) => this.#noteEnd(address, record)))
    return records.toReversed().map((record) => this.#connection(owner, record))
  }

  /**
   * The connection of this id, whoever owns it.
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
  async disconnect(owner: ConnectionOwner, id: string): Promise<RevocationOutcome> {
    const { name, owner: named } = this.#parse(id)
    if (named.key !== owner.key) throw new OAuthError('connection_unknown')
    const ending = this.#home(name).disconnect(this.#address(owner, name), id)
    return this.#keep(ending.catch(asUnknown))
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
   * @param occurredAt - when it ended, in seconds since the epoch: later logins are not meant
   * @throws OAuthError `store_unavailable`
   */
  async endGrant(name: string, grantId: string, occurredAt: number): Promise<void> {
    const grants = this.#tools.grants(name)
    if (await grants.beganAfter(grantId, occurredAt)) return
    for (const entry of await grants.owners(grantId)) {
      const [provider = '', key = ''] = entry.split('.')
      if (!Object.hasOwn(this.#tools.providers, provider)) continue
      const address = this.#address({ key }, provider)
      await this.#home(provider).endGrant(address, grantId, occurredAt)
    }
  }

  /** Notes that a grant began, so that an end of an earlier time does not end it. */
  beginGrant(name: string, grantId: string, occurredAt: number): Promise<void> {
    return this.#tools.grants(name).began(grantId, occurredAt)
  }

  /** The provider and the owner that an id names. */
  #parse(id: string): { readonly name: string; readonly owner: ConnectionOwner } {
    const [name = '', key = ''] = id.split('.')
    if (!Object.hasOwn(this.#tools.providers, name) || !OWNER_KEY.test(key)) {
      throw new OAuthError('connection_unknown')
    }
    return { name, owner: { key } }
  }

  #home(name: string): ConnectionHome {
    return this.#tools.home(name)
  }

  #address(owner: ConnectionOwner, provider: string): DocumentAddress {
    return { provider, owner: { ...owner, waitUntil: this.#waitUntil } }
  }

  #connection({ key, expiresAt }: ConnectionOwner, record: ConnectionRecord): Connection {
    const { id, provider: name } = record
    // Who got this far has shown their session, and there is something to read.
    const owner: ConnectionOwner = { key, expiresAt }
    const { providers, backChannel, now, summarize } = this.#tools
    const provider = providers[name] as Provider
    const home = this.#home(name)
    const address = this.#address(owner, name)
    const context = { provider, backChannel, home, address, now }
    const { account, scopes, health, reauthorizeUrl } = summarize(record)
    return {
      id,
      provider: name,
      account,
      scopes,
      health,
      reauthorizeUrl,
      accessToken: () => this.#keep(this.#usable(address, record).then((it) => it.accessToken)),
      fetch: (input, init) =>
        this.#keep(
          this.#usable(address, record).then((it) => requestApi(context, it, input, init)),
        ),
      revoke: () => this.disconnect(owner, id),
      toJSON: () => summarize(record),
    }
  }

  /** The record with an access token that still works: the one it has, or a new one. */
  async #usable(address: DocumentAddress, record: ConnectionRecord): Promise<ConnectionRecord> {
    const { now } = this.#tools
    const provider = this.#tools.providers[record.provider] as Provider
    await this.#noteEnd(address, record)
    if (healthOf(provider, record, now()) === 'needs_reauth') throw new OAuthError('needs_reauth')
    if (!isEnding(record, now()) || !isRenewable(provider, record)) return record
    try {
      return await this.#home(record.provider).renew(address, record, 'ending')
    } catch (error) {
      // A store that fails is no reason to fail, as long as the old token lives.
      if (isStoreFailure(error) && !isOver(record, now())) return record
      throw error
    }
  }

  /** A token that has ended, and that nothing can renew, is written down once: so it is told once. */
  async #noteEnd(address: DocumentAddress, record: ConnectionRecord): Promise<void> {
    const provider = this.#tools.providers[record.provider] as Provider
    const hasEnded = healthOf(provider, record, this.#tools.now()) === 'needs_reauth'
    const isKnown = record.health === 'needs_reauth'
    // A refresh token that this configuration does not use may be used by the next.
    if (!hasEnded || isKnown || record.refreshToken) return
    // A store that fails now hides nothing: the next who asks writes it down.
    await this.#keep(this.#home(record.provider).condemn(address, record)).catch(() => undefined)
  }

  /** What was begun goes on to its end: others may be waiting for it. */
  #keep<T>(work: Promise<T>): Promise<T> {
    this.#waitUntil?.(work.catch(() => undefined))
    return work
  }
}

/** What a session that was replaced may not see is for it as if it were not there. */
function asUnknown(error: unknown): never {
  const isReplaced = isOAuthError(error) && error.code === 'owner_mismatch'
  throw isReplaced ? new OAuthError('connection_unknown') : error
}
