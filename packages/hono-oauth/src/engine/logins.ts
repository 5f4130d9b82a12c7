import { randomText } from '../crypto/encoding.ts'
import { configurationError, isOAuthError, OAuthError, storeUnavailable } from '../errors.ts'
import type { Authorization, CallbackRequest } from '../providers/contract.ts'
import type { Secret } from '../secret.ts'
import { isStoreFailure, UnknownOutcome } from '../stores/guard.ts'
import type { DocumentAddress } from '../vault/address.ts'
import { beginRevocation, isEndedWith } from '../vault/pending-revocation.ts'
import { type ConnectionRecord, createRecord, grantOf, isRenewable } from '../vault/record.ts'
import type { Revoker } from './revoker.ts'
import { type EngineTools, grantIndexOf } from './tools.ts'

const ID_BYTES = 9

/** Turns the grant of a resource owner into a connection. */
export class Logins {
  readonly #tools: EngineTools
  readonly #revoker: Revoker

  constructor(tools: EngineTools, revoker: Revoker) {
    this.#tools = tools
    this.#revoker = revoker
  }

  /**
   * Finishes a login: marks its state, then one token request, the request for the account, and one write.
   *
   * @throws OAuthError `transaction_unknown` when another isolate has sent this code, an error of the provider's
   *   steps, or `store_unavailable`; nothing is stored then, unless the
   *   outcome of the write is unknown
   */
  readonly complete = async (address: DocumentAddress, callback: CallbackRequest): Promise<ConnectionRecord> => {
    const provider = this.#tools.provider(address.provider)
    const hasCode = callback.parameters.has('code')
    if (hasCode && !(await this.#tools.useState(callback.state))) throw new OAuthError('transaction_unknown')
    const askedAt = this.#tools.pacing.now()
    const authorization = await provider.authorize(callback, this.#tools.backChannel)
    try {
      return await this.save(address, authorization, askedAt, callback.scopes ?? provider.scopes)
    } catch (error) {
      // The write may still be done later: the grant must be alive then.
      if (hasUnknownOutcome(error)) throw error
      const kept = await this.#recover(address, authorization, isStoreFailure(error))
      if (!kept) throw error
      await this.#index(address, kept.grantId)
      this.#tools.report({ type: 'connected', record: kept, again: kept.createdAt < kept.updatedAt }, address.waitUntil)
      return kept
    }
  }

  /**
   * Connects with a token that a person created at the provider.
   *
   * @throws OAuthError `token_not_accepted`, `configuration_invalid` when the provider has no such
   *   tokens, or `store_unavailable`
   */
  readonly accept = async (address: DocumentAddress, token: Secret): Promise<ConnectionRecord> => {
    const { provider, backChannel, pacing } = this.#tools
    const { acceptToken } = provider(address.provider)
    if (!acceptToken) throw configurationError(`providers.${address.provider}`, 'has no tokens that a person can make')
    const askedAt = pacing.now()
    const authorization = await acceptToken(token, backChannel, askedAt)
    return this.save(address, authorization, askedAt).catch((error: unknown) => {
      // The token belongs to the person, so it is not revoked; the connection may have been stored.
      throw isStoreFailure(error) ? storeUnavailable(new UnknownOutcome(String(error), { cause: error })) : error
    })
  }

  /**
   * Stores a grant as a connection.
   *
   * @param askedAt - when its tokens were requested, in seconds since the epoch
   * @throws OAuthError `store_unavailable`, `login_overtaken`
   */
  async save(
    address: DocumentAddress,
    { tokens, grant }: Authorization,
    askedAt: number,
    requestedScopes?: readonly string[],
  ): Promise<ConnectionRecord> {
    const { vault, memory, pacing, report } = this.#tools
    const now = pacing.now()
    const provider = this.#tools.provider(address.provider)
    const fresh = {
      id: `${address.provider}.${address.owner.key}.${randomText(ID_BYTES)}`,
      provider: address.provider,
      createdAt: now,
    }
    const { record, replaced, again } = await vault.update(address, (connections, revocations) => {
      const stored = connections.find((record) => record.grantId === grant.id)
      const same = stored && memory.withUnsaved(stored)
      // An account that is not known may be another one than before, and an earlier token may be bound to another key.
      const mayKeep = !grant.isAnonymous && !tokens.proofKey
      const refreshToken = tokens.refreshToken ?? (mayKeep ? same?.refreshToken : undefined)
      const options = { random: pacing.random, askedAt, requestedScopes }
      const made = createRecord(
        { ...(same ?? fresh), userId: address.owner.userId },
        { ...tokens, refreshToken },
        grant,
        now,
        options,
      )
      const record = isRenewable(provider, made) ? made : { ...made, renewAt: undefined }
      // The new login may have another refresh token than the one before.
      const isReplaced = same?.revocable && same.refreshToken && !isEndedWith(provider, same, record)
      const replaced = isReplaced && !grant.isAnonymous ? beginRevocation(same, false, now) : undefined
      // A pending revocation must not end the grant that has just begun.
      const kept = revocations.filter((one) => !isEndedWith(provider, one.record, record))
      return {
        connections: [...connections.filter((one) => one !== stored), record],
        revocations: replaced ? [...kept, replaced] : kept,
        result: { record, replaced, again: same !== undefined },
      }
    })
    // The index comes after the document: a webhook in between is about a time before this login.
    await this.#index(address, grant.id)
    const settled = replaced && this.#revoker.settle(address, replaced)
    if (settled) address.waitUntil?.(settled)
    report({ type: 'connected', record, again }, address.waitUntil)
    return record
  }

  async #index(address: DocumentAddress, grantId: string): Promise<void> {
    try {
      await grantIndexOf(this.#tools, address.provider)?.add(grantId, address, this.#tools.pacing.now())
    } catch (error) {
      // The connection stays. Without the entry, only the next renewal shows that the provider ended the grant.
      console.error('a grant could not be indexed', error)
    }
  }

  /**
   * Reads what a failed write has left. Returns the record if the store wrote it. Otherwise revokes the grant,
   * unless the revocation could end another connection of this owner.
   */
  async #recover({ provider: name, owner }: DocumentAddress, { tokens, grant }: Authorization, mayBeWritten: boolean) {
    const { vault, backChannel, pacing } = this.#tools
    const provider = this.#tools.provider(name)
    const now = pacing.now()
    const made = createRecord({ id: '', provider: name, createdAt: now }, tokens, grant, now)
    // A concurrent first login may have created the document; it is read without a session check.
    const address = { provider: name, owner: { key: owner.key } }
    const found = await vault.read(address, true).catch(() => undefined)
    const kept = found?.connections.find((record) => record.accessToken.reveal() === tokens.accessToken.reveal())
    // A provider may issue the same token again: the session tells whether this login was written.
    if (kept && mayBeWritten && found?.session === owner.session?.replacement) return kept
    const mayBeNeeded = found
      ? found.connections.some((record) => isEndedWith(provider, made, record))
      : provider.revokesWholeGrant && !owner.isNew
    // Best effort: the caller throws the error of the write.
    if (!mayBeNeeded) await provider.revoke(grantOf(made), backChannel, now).catch(() => undefined)
    if (found) return undefined
    throw storeUnavailable(new UnknownOutcome('the document could not be read after a failed write'))
  }
}

/** Whether a login that failed may have been stored, or may still be stored. */
export function hasUnknownOutcome(error: unknown): boolean {
  return isOAuthError(error) && error.cause instanceof UnknownOutcome
}
