import { randomText } from '../crypto/encoding.ts'
import { configurationError, OAuthError } from '../errors.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { TokenSet } from '../protocol/token-response.ts'
import type {
  Authorization,
  CallbackRequest,
  Provider,
  RevocationOutcome,
} from '../providers/contract.ts'
import { Secret } from '../secret.ts'
import { AccessTokens } from './access-tokens.ts'
import type { Connection } from './connection.ts'
import type { ConnectionDocuments, DocumentAddress } from './documents.ts'
import type { GrantIndex } from './grants.ts'
import { type ConnectionRecord, createRecord, summarize } from './record.ts'

type Owner = DocumentAddress['owner']

/** What the engine works with. */
export interface EngineOptions {
  readonly providers: Readonly<Record<string, Provider>>
  readonly documents: ConnectionDocuments
  readonly grants: GrantIndex
  readonly backChannel: BackChannel
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
}

const ID_BYTES = 9

/** Makes, finds, uses and ends connections. */
export class ConnectionEngine {
  readonly #options: EngineOptions
  readonly #tokens: AccessTokens

  constructor(options: EngineOptions) {
    this.#options = options
    this.#tokens = new AccessTokens({ ...options, provider: (name) => this.provider(name) })
  }

  /**
   * Finishes a login: one token request, then what was granted, then one write.
   *
   * @throws OAuthError of the provider's steps, or `store_unavailable`; nothing is stored then
   */
  async complete(owner: Owner, name: string, callback: CallbackRequest): Promise<Connection> {
    const { backChannel } = this.#options
    const provider = this.provider(name)
    const authorization = await provider.authorize(callback, backChannel)
    try {
      return await this.#save(owner, name, authorization)
    } catch (error) {
      await this.#giveBack(owner, name, authorization.tokens)
      throw error
    }
  }

  /**
   * Connects with a token that a person made at the provider.
   *
   * @throws OAuthError `token_not_accepted`, `configuration_invalid` when the provider has no such
   *   tokens, or `store_unavailable`
   */
  async accept(owner: Owner, name: string, token: string): Promise<Connection> {
    const provider = this.provider(name)
    if (!provider.acceptToken) {
      throw configurationError(`providers.${name}`, 'has no tokens that a person can make')
    }
    const accessToken = new Secret(token.trim())
    const { backChannel, now } = this.#options
    return this.#save(owner, name, await provider.acceptToken(accessToken, backChannel, now()))
  }

  /** All connections of an owner, one read for each provider. */
  async list(owner: Owner): Promise<Connection[]> {
    const names = Object.keys(this.#options.providers)
    const lists = await Promise.all(names.map((name) => this.listAt(owner, name)))
    return lists.flat()
  }

  /** The connections of an owner at one provider, the latest login first: one read. */
  async listAt(owner: Owner, name: string): Promise<Connection[]> {
    const { connections } = await this.#options.documents.read({ provider: name, owner })
    // A login puts its record at the end.
    return connections.toReversed().map((record) => this.#connection(owner, record))
  }

  /**
   * Ends a connection of this owner: our copy first, then the grant at the provider.
   *
   * @throws OAuthError `connection_unknown` for an id that is not this owner's, `store_unavailable`
   */
  async disconnect(owner: Owner, id: string): Promise<RevocationOutcome> {
    const [name = '', ownerKey] = id.split('.')
    if (ownerKey !== owner.key || !Object.hasOwn(this.#options.providers, name)) {
      throw new OAuthError('connection_unknown')
    }
    const address = { provider: name, owner }
    const ended = await this.#options.documents.update(address, (connections) => {
      const result = connections.find((record) => record.id === id)
      if (!result) return { connections, result }
      return { connections: connections.filter((record) => record !== result), result }
    })
    if (!ended) throw new OAuthError('connection_unknown')
    const provider = this.provider(name)
    if (provider.webhooks?.endsGrants) {
      // An entry that stays finds nothing any more: no reason to fail a disconnect that is done.
      const entry = entryOf(name, owner)
      const removal = this.#options.grants.remove(this.#realm(name), ended.grantId, entry)
      await removal.catch(() => undefined)
    }
    return this.#revoke(provider, ended)
  }

  /**
   * Ends the connections of a grant that ended at the provider.
   *
   * @param occurredAt - when it ended, in seconds since the epoch: later logins are not meant
   * @throws OAuthError `store_unavailable`
   */
  async endGrant(name: string, grantId: string, occurredAt: number): Promise<void> {
    const { grants, documents, providers } = this.#options
    const realm = this.#realm(name)
    if (await grants.beganAfter(realm, grantId, occurredAt)) return
    const isMeant = (record: ConnectionRecord) =>
      record.grantId === grantId && record.updatedAt <= occurredAt
    for (const entry of await grants.owners(realm, grantId)) {
      const [provider = '', key = ''] = entry.split('.')
      if (!Object.hasOwn(providers, provider)) continue
      const isLeft = await documents.update({ provider, owner: { key } }, (connections) => {
        const kept = connections.filter((record) => !isMeant(record))
        const result = kept.some((record) => record.grantId === grantId)
        return { connections: kept.length === connections.length ? connections : kept, result }
      })
      if (!isLeft) await grants.remove(realm, grantId, { key: entry })
    }
  }

  /** Notes that a grant began, so that an end of an earlier time does not end it. */
  beginGrant(name: string, grantId: string, occurredAt: number): Promise<void> {
    return this.#options.grants.began(this.#realm(name), grantId, occurredAt)
  }

  /** Providers that stand for one app share its grants. */
  #realm(name: string): string {
    return this.provider(name).webhooks?.realm ?? name
  }

  async #save(owner: Owner, name: string, { tokens, grant }: Authorization): Promise<Connection> {
    const { documents, grants } = this.#options
    const now = this.#options.now()
    const fresh = {
      id: `${name}.${owner.key}.${randomText(ID_BYTES)}`,
      provider: name,
      createdAt: now,
    }
    if (this.provider(name).webhooks?.endsGrants) {
      const { expiresAt } = owner
      const ttlSeconds = expiresAt === undefined ? undefined : expiresAt - now
      await grants.add(this.#realm(name), grant.id, entryOf(name, owner), ttlSeconds)
    }
    const saved = await documents.update({ provider: name, owner }, (connections) => {
      const same = connections.find((record) => record.grantId === grant.id)
      const result = createRecord(same ?? fresh, tokens, grant, now)
      return { connections: [...connections.filter((record) => record !== same), result], result }
    })
    return this.#connection(owner, saved)
  }

  #connection(owner: Owner, record: ConnectionRecord): Connection {
    const { id, provider, account, scopes, health } = record
    return {
      id,
      provider,
      account,
      scopes,
      health,
      accessToken: async () => (await this.#tokens.usable(owner, record)).accessToken,
      fetch: (input, init) => this.#tokens.request(owner, record, input, init),
      revoke: () => this.disconnect(owner, id),
      toJSON: () => summarize(record),
    }
  }

  async #revoke(provider: Provider, record: ConnectionRecord): Promise<RevocationOutcome> {
    if (!record.revocable) return 'deleted_only'
    try {
      return await provider.revoke(record.accessToken, this.#options.backChannel)
    } catch {
      // Our copy is gone, and that is what the person was promised; nothing will try again.
      return 'deleted_only'
    }
  }

  /**
   * What was won but cannot be kept must not live on unseen. Yet a provider may end a whole grant with
   * one token of it, so only an owner who is known to have no connection there gives it back.
   */
  async #giveBack(owner: Owner, name: string, tokens: TokenSet): Promise<void> {
    try {
      const { connections } = await this.#options.documents.read({ provider: name, owner })
      if (connections.length > 0) return
      await this.provider(name).revoke(tokens.accessToken, this.#options.backChannel)
    } catch {
      // Best effort: the error that led here is the one to tell.
    }
  }

  /**
   * The provider of this name.
   *
   * @throws OAuthError `provider_unknown`
   */
  provider(name: string): Provider {
    const { providers } = this.#options
    const provider = Object.hasOwn(providers, name) ? providers[name] : undefined
    if (!provider) throw new OAuthError('provider_unknown')
    return provider
  }
}

function entryOf(provider: string, owner: Owner): { readonly key: string } {
  return { key: `${provider}.${owner.key}` }
}
