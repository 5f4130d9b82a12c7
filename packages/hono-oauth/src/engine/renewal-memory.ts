import { BoundedMap } from '../bounded-map.ts'
import type { OAuthError } from '../errors.ts'
import type { RenewedTokens } from '../providers/contract.ts'
import { Secret } from '../secret.ts'
import type { DocumentAddress } from '../vault/address.ts'
import { type ConnectionRecord, credentialOf, renewRecord } from '../vault/record.ts'
import { SingleFlight } from '../vault/shared-work.ts'

/** The tokens of a renewal, and when they were asked for, in seconds since the epoch. */
export interface IssuedTokens {
  readonly tokens: RenewedTokens
  readonly askedAt: number
}

/** Tokens that this isolate alone has, and the connection that they are for. */
export interface UnsavedTokens extends IssuedTokens {
  readonly address: DocumentAddress
  readonly record: ConnectionRecord
}

/** How long a renewal may take, and its followers wait for it, in milliseconds. */
export const RENEWAL_TIMEOUT_MS = 20_000

/** What one isolate remembers of the renewals of connections in one store. */
export class RenewalMemory {
  readonly flights = new SingleFlight<ConnectionRecord>(RENEWAL_TIMEOUT_MS)
  /** Issued tokens that are not stored yet, by the credential that they replace. */
  readonly unsaved = new BoundedMap<UnsavedTokens>(({ tokens }) => lengthOf(tokens))
  /** Keeps the unsaved tokens that replace a credential in another place too, if there is one and it takes them. */
  keepUnsaved: ((replaced: string) => Promise<void>) | undefined
  /** The error of each credential whose refresh token was used up by an invalid token response. */
  readonly spent = new BoundedMap<OAuthError>()
  /** By connection id: until when the provider is not asked after a failed renewal, in seconds since the epoch. */
  readonly restingUntil = new BoundedMap<number>()
  readonly #notes = new BoundedMap<ConnectionRecord>(lengthOf)

  /** A stored record with its unsaved tokens, if there are any: those are the ones that live at the provider. */
  withUnsaved(record: ConnectionRecord): ConnectionRecord {
    const unsaved = this.unsaved.get(credentialOf(record))
    return unsaved ? renewRecord(record, unsaved.tokens, unsaved.askedAt) : record
  }

  /** Remembers a changed record, where a write could overwrite a concurrent write of another location. */
  note(record: ConnectionRecord, changed: ConnectionRecord): void {
    this.#notes.set(tokenKey(record), changed)
  }

  /** The changed record that this isolate remembers for a stored one, or the stored record itself. */
  recall(record: ConnectionRecord): ConnectionRecord {
    return this.#notes.get(tokenKey(record)) ?? record
  }
}

/** Identifies one token response: a provider may issue the same token again later. */
function tokenKey(record: ConnectionRecord): string {
  return `${record.issuedAt} ${credentialOf(record)}`
}

/** The characters of tokens and of what is known with them. */
function lengthOf(value: RenewedTokens | ConnectionRecord): number {
  // JSON has no secrets: each is counted by itself.
  const secrets = Object.values(value).map((it) => (it instanceof Secret ? it.reveal().length : 0))
  return secrets.reduce((sum, length) => sum + length, JSON.stringify(value).length)
}
