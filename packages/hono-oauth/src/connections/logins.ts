import { randomText } from '../crypto/encoding.ts'
import { configurationError, isOAuthError, storeUnavailable } from '../errors.ts'
import type { Authorization, CallbackRequest, Provider } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'
import { UnknownOutcome } from '../stores/guard.ts'
import type { EngineTools } from './engine-tools.ts'
import { isStoreFailure } from './failed-renewals.ts'
import { grantEntry } from './grants.ts'
import { isRenewable } from './health.ts'
import type { DocumentAddress } from './home.ts'
import { type ConnectionRecord, createRecord } from './record.ts'
import { beginRevocation, isEndedWith, type PendingRevocation } from './revocation.ts'
import type { Revocations } from './revocations.ts'

const ID_BYTES = 9

/** Makes connections of what a person allowed at a provider. */
export class Logins {
  readonly #tools: EngineTools
  readonly #revocations: Revocations

  constructor(tools: EngineTools, revocations: Revocations) {
    this.#tools = tools
    this.#revocations = revocations
  }

  /**
   * Finishes a login: one token request, then what was granted, then one write.
   *
   * @throws OAuthError of the provider's steps, or `store_unavailable`; nothing is stored then
   */
  async complete(address: DocumentAddress, callback: CallbackRequest): Promise<ConnectionRecord> {
    const provider = this.#tools.provider(address.provider)
    const askedAt = this.#tools.now()
    const authorization = await provider.authorize(callback, this.#tools.backChannel)
    try {
      return await this.#save(address, authorization, askedAt)
    } catch (error) {
      // What is still on its way to the store may arrive there, and has to be alive then.
      if (mayBeStored(error)) throw error
      const kept = await this.#keptOrGivenBack(address, authorization, isStoreFailure(error))
      if (!kept) throw error
      await this.#tellConnected(kept, kept.createdAt < kept.updatedAt)
      return kept
    }
  }

  /**
   * Connects with a token that a person made at the provider.
   *
   * @throws OAuthError `token_not_accepted`, `configuration_invalid` when the provider has no such
   *   tokens, or `store_unavailable`
   */
  async accept(address: DocumentAddress, token: Secret): Promise<ConnectionRecord> {
    const { provider, backChannel, now } = this.#tools
    const { acceptToken } = provider(address.provider)
    if (!acceptToken) {
      const setting = `providers.${address.provider}`
      throw configurationError(setting, 'has no tokens that a person can make')
    }
    const askedAt = now()
    const authorization = await acceptToken(token, backChannel, askedAt)
    return this.#save(address, authorization, askedAt).catch((error: unknown) => {
      // The token stays the person's own, so nothing is given back, and whether it was written is not known.
      throw isStoreFailure(error)
        ? storeUnavailable(new UnknownOutcome(String(error), { cause: error }))
        : error
    })
  }

  async #save(
    address: DocumentAddress,
    { tokens, grant }: Authorization,
    askedAt: number,
  ): Promise<ConnectionRecord> {
    const { documents, random } = this.#tools
    const now = this.#tools.now()
    const provider = this.#tools.provider(address.provider)
    const fresh = {
      id: `${address.provider}.${address.owner.key}.${randomText(ID_BYTES)}`,
      provider: address.provider,
      createdAt: now,
    }
    const saved = await documents.update(address, (connections, revocations) => {
      const same = connections.find((record) => record.grantId === grant.id)
      const refreshToken = tokens.refreshToken ?? same?.refreshToken
      const made = createRecord(same ?? fresh, { ...tokens, refreshToken }, grant, now, {
        random,
        askedAt,
      })
      const record = isRenewable(provider, made) ? made : { ...made, renewAt: undefined }
      const replaced = same && replacedGrant(provider, same, record, now)
      // What is still to be revoked must not take with it what has just begun.
      const kept = revocations.filter((one) => !isEndedWith(provider, one.record, record))
      return {
        connections: [...connections.filter((one) => one !== same), record],
        revocations: replaced ? [...kept, replaced] : kept,
        result: { record, replaced, again: same !== undefined },
      }
    })
    const { record, replaced, again } = saved
    // After the document: what ends the grant in between is of a time before this login.
    if (provider.webhooks?.endsGrants) await this.#index(address, grant.id)
    if (replaced) {
      const settled = this.#revocations.settle(address, replaced)
      address.owner.waitUntil?.(settled)
    }
    await this.#tellConnected(record, again)
    return record
  }

  async #index(address: DocumentAddress, grantId: string): Promise<void> {
    const { grants, now } = this.#tools
    const { expiresAt } = address.owner
    const ttlSeconds = expiresAt === undefined ? undefined : expiresAt - now()
    try {
      await grants(address.provider).add(grantId, grantEntry(address), ttlSeconds)
    } catch (error) {
      // The connection stands. Without the entry its end at the provider shows at its next renewal.
      console.error('a grant could not be indexed', error)
    }
  }

  #tellConnected(record: ConnectionRecord, again: boolean): Promise<void> {
    const { summarize, tell } = this.#tools
    return tell({ type: 'connected', connection: summarize(record), again })
  }

  /**
   * What a write that failed left: the record, for it may have been written all the same; else what was won
   * goes back, so that it does not live on unseen. Yet a provider may end more with it than that, so nothing
   * goes back that another connection of this owner needs, nor, if that cannot be known, might need.
   */
  async #keptOrGivenBack(
    { provider: name, owner }: DocumentAddress,
    { tokens, grant }: Authorization,
    mayBeKept: boolean,
  ): Promise<ConnectionRecord | undefined> {
    const { documents, backChannel, now } = this.#tools
    const provider = this.#tools.provider(name)
    const won = createRecord({ id: '', provider: name, createdAt: now() }, tokens, grant, now())
    // Whoever was new may have something there by now, and it need not be theirs to count here.
    const address = { provider: name, owner: { key: owner.key } }
    const found = await documents.read(address, true).catch(() => undefined)
    const kept = found?.connections.find(
      (record) => record.accessToken.reveal() === tokens.accessToken.reveal(),
    )
    // A provider may give the same token again: it is this login's session that tells it was written.
    if (kept && mayBeKept && found?.session?.id === owner.session?.next) return kept
    const mayBeNeeded = found
      ? found.connections.some((record) => isEndedWith(provider, won, record))
      : provider.revokesWholeGrant && !owner.isNew
    // Best effort: the error that led here is the one to tell.
    if (!mayBeNeeded) await provider.revoke(tokens, backChannel).catch(() => undefined)
    if (found) return undefined
    throw storeUnavailable(new UnknownOutcome('it could not be read whether it was written'))
  }
}

/** Whether a login that failed may have been stored all the same, or may still be. */
export function mayBeStored(error: unknown): boolean {
  return isOAuthError(error) && error.cause instanceof UnknownOutcome
}

/** A login that overwrites another leaves that one's refresh token alive at the provider, unseen. */
function replacedGrant(
  provider: Provider,
  before: ConnectionRecord,
  after: ConnectionRecord,
  now: number,
): PendingRevocation | undefined {
  if (!before.revocable || !before.refreshToken) return undefined
  return isEndedWith(provider, before, after) ? undefined : beginRevocation(before, false, now)
}
