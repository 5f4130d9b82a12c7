import { randomText } from '../crypto/encoding.ts'
import { configurationError, isOAuthError, OAuthError } from '../errors.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { TokenSet } from '../protocol/token-response.ts'
import type { CallbackRequest, Grant, Provider, RevocationOutcome } from '../providers/contract.ts'
import { Secret } from '../secret.ts'
import { authorizedFetch } from './authorized-fetch.ts'
import type { Connection } from './connection.ts'
import type { ConnectionDocuments, DocumentAddress } from './documents.ts'
import { type ConnectionRecord, createRecord, summarize } from './record.ts'

type Owner = DocumentAddress['owner']

/** What the engine works with. */
export interface EngineOptions {
  readonly providers: Readonly<Record<string, Provider>>
  readonly documents: ConnectionDocuments
  readonly backChannel: BackChannel
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
}

const ID_BYTES = 9

/** Makes, finds, uses and ends connections. */
export class ConnectionEngine {
  readonly #options: EngineOptions

  constructor(options: EngineOptions) {
    this.#options = options
  }

  /**
   * Finishes a login: one token request, then what was granted, then one write.
   *
   * @throws OAuthError of the provider's steps, or `store_unavailable`; nothing is stored then
   */
  async complete(owner: Owner, name: string, callback: CallbackRequest): Promise<Connection> {
    const { backChannel } = this.#options
    const provider = this.provider(name)
    const tokens = await provider.exchange(callback, backChannel)
    const grant = await provider.identify(tokens, backChannel)
    try {
      return await this.#save(owner, name, tokens, grant)
    } catch (error) {
      await this.#giveBack(owner, name, tokens)
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
    const grant = await provider.acceptToken(accessToken, this.#options.backChannel)
    return this.#save(owner, name, { accessToken }, grant)
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
    return this.#revoke(this.provider(name), ended)
  }

  async #save(owner: Owner, name: string, tokens: TokenSet, grant: Grant): Promise<Connection> {
    const now = this.#options.now()
    const fresh = {
      id: `${name}.${owner.key}.${randomText(ID_BYTES)}`,
      provider: name,
      createdAt: now,
    }
    const address = { provider: name, owner }
    const saved = await this.#options.documents.update(address, (connections) => {
      const same = connections.find((record) => record.grantId === grant.id)
      const result = createRecord(same ?? fresh, tokens, grant, now)
      return { connections: [...connections.filter((record) => record !== same), result], result }
    })
    return this.#connection(owner, saved)
  }

  #connection(owner: Owner, record: ConnectionRecord): Connection {
    const { backChannel, now } = this.#options
    const { id, provider, account, scopes, health } = record
    const accessToken = async () => {
      const expired = record.expiresAt !== undefined && record.expiresAt <= now()
      if (health === 'needs_reauth' || expired) throw new OAuthError('needs_reauth')
      return record.accessToken
    }
    return {
      id,
      provider,
      account,
      scopes,
      health,
      accessToken,
      fetch: async (input, init) => {
        const token = await accessToken()
        try {
          return await authorizedFetch(this.provider(provider), token, backChannel, input, init)
        } catch (error) {
          if (isOAuthError(error) && error.code === 'needs_reauth') {
            // A store that fails now must not hide what the provider said.
            await this.#markDead(owner, record).catch(() => undefined)
          }
          throw error
        }
      },
      revoke: () => this.disconnect(owner, id),
      toJSON: () => summarize(record),
    }
  }

  /** The provider says that the token is dead: so the page can offer a new login. */
  async #markDead(owner: Owner, dead: ConnectionRecord): Promise<void> {
    const address = { provider: dead.provider, owner }
    const token = dead.accessToken.reveal()
    await this.#options.documents.update(address, (connections) => {
      // A login that finished meanwhile has another token, and that one is not known to be dead.
      const same = connections.find(
        (record) => record.id === dead.id && record.accessToken.reveal() === token,
      )
      if (!same) return { connections, result: undefined }
      const marked: ConnectionRecord = { ...same, health: 'needs_reauth' }
      const changed = connections.map((record) => (record === same ? marked : record))
      return { connections: changed, result: undefined }
    })
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
