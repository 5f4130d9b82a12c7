import type { JSONWebKeySet } from 'jose'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import { PublishedDocument } from '../../protocol/published-document.ts'
import type { IssuerKeys } from './id-token.ts'
import { readKeySet } from './key-set.ts'
import { judgeMetadata, type Metadata, metadataUrl } from './metadata.ts'
import type { OidcSettings } from './settings.ts'

/** The issuer as it describes itself: its endpoints, and its keys. */
export class OpenIdServer {
  readonly #settings: OidcSettings
  readonly #metadata: PublishedDocument<Metadata>
  readonly #keySet = new PublishedDocument<JSONWebKeySet>('the key set', readKeySet)

  constructor(settings: OidcSettings) {
    this.#settings = settings
    this.#metadata = new PublishedDocument('the metadata of the issuer', (json) =>
      judgeMetadata(settings, json),
    )
  }

  /**
   * @param now - in seconds since the epoch
   * @throws OAuthError `configuration_invalid` when the metadata does not fit the settings
   */
  async metadata(backChannel: BackChannel, now: number): Promise<Metadata> {
    return this.#metadata.get(metadataUrl(this.#settings.issuer), backChannel, now)
  }

  /** The metadata for work that has no time of its own, however old it is. */
  async recalledMetadata(backChannel: BackChannel): Promise<Metadata> {
    return this.#metadata.recall(metadataUrl(this.#settings.issuer), backChannel)
  }

  /** The keys at `jwks_uri`; no other address is ever asked for one. */
  async keys({ jwks_uri }: Metadata, backChannel: BackChannel, now: number): Promise<IssuerKeys> {
    const known = await this.#keySet.get(jwks_uri, backChannel, now)
    return { known, newer: () => this.#keySet.getNewer(known, jwks_uri, backChannel, now) }
  }

  /** The app as a client of the server that the metadata describes. */
  register(metadata: Metadata): RegisteredClient {
    const { clientId, authentication } = this.#settings
    return { server: { ...metadata }, client: { client_id: clientId }, authentication }
  }
}
