import type { JSONWebKeySet } from 'jose'
import { configurationError } from '../../errors.ts'
import { invalid, type JsonObject, readObject, readTexts } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import { PublishedDocument } from '../../protocol/published-document.ts'
import { isPlainHttps } from '../oauth2/settings.ts'
import type { OidcSettings } from './settings.ts'

/** The part of the issuer's metadata that this package uses. */
export interface Metadata {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly revocation_endpoint?: string
  readonly userinfo_endpoint?: string
  readonly authorization_response_iss_parameter_supported: boolean
}

/** The keys of the issuer. */
export interface IssuerKeys {
  /** The keys that were known before the token request. */
  readonly known: JSONWebKeySet
  /** Reads newer keys, for a token that no known key verifies; `undefined` when there are none. */
  newer(): Promise<JSONWebKeySet | undefined>
}

const REQUIRED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const
const OPTIONAL = ['revocation_endpoint', 'userinfo_endpoint'] as const
// For a token without a `kid` every key of the set may have to be tried.
const MAX_KEYS = 100
// RFC 7517, section 4, and RFC 7518, section 6: the members that select a public key, and its parameters.
const KEY_MEMBERS = ['kty', 'kid', 'use', 'alg', 'crv', 'n', 'e', 'x', 'y']

/** The documents that an issuer publishes: its metadata and its keys. */
export class Issuer {
  readonly #settings: OidcSettings
  readonly #metadataUrl: string
  readonly #metadata: PublishedDocument<Metadata>
  readonly #keySet = new PublishedDocument<JSONWebKeySet>('the key set', readKeySet)

  constructor(settings: OidcSettings) {
    this.#settings = settings
    // OpenID Connect Discovery, section 4.1.
    this.#metadataUrl = `${settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    this.#metadata = new PublishedDocument('the metadata of the issuer', (json) => readMetadata(settings, json))
  }

  /**
   * @param now - in seconds since the epoch
   * @throws OAuthError `configuration_invalid` when the metadata does not fit the settings
   */
  metadata(backChannel: BackChannel, now: number): Promise<Metadata> {
    return this.#metadata.get(this.#metadataUrl, backChannel, now)
  }

  /** The metadata of any age, for work without a current time. */
  recalledMetadata(backChannel: BackChannel): Promise<Metadata> {
    return this.#metadata.recall(this.#metadataUrl, backChannel)
  }

  /** The keys at `jwks_uri`; keys are read from no other address. */
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

/**
 * Checks the issuer's metadata against the settings.
 *
 * @throws OAuthError `configuration_invalid`, naming the setting that does not fit
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata | OpenID Connect Discovery - section 3}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3.3 | RFC 8414 - section 3.3}
 */
function readMetadata(settings: OidcSettings, json: JsonObject): Metadata {
  const { issuer, pkce, idTokenAlg, userinfo } = settings
  if (json['issuer'] !== issuer) {
    throw configurationError('oidc issuer', 'has metadata that names another issuer')
  }
  // An absent list excludes nothing.
  const lacks = (list: string, value: string) => json[list] !== undefined && !readTexts(json[list]).includes(value)
  if (pkce && lacks('code_challenge_methods_supported', 'S256')) {
    throw configurationError('oidc pkce', 'needs S256, which the issuer does not support')
  }
  if (lacks('id_token_signing_alg_values_supported', idTokenAlg)) {
    throw configurationError('oidc idTokenAlg', 'is none of those that the issuer supports')
  }
  if (userinfo && json['userinfo_endpoint'] === undefined) {
    throw configurationError('oidc userinfo', 'needs an endpoint, which the issuer does not have')
  }
  const optional = OPTIONAL.filter((name) => json[name] !== undefined)
  const endpoints = Object.fromEntries([...REQUIRED, ...optional].map((name) => [name, readEndpoint(name, json[name])]))
  return {
    ...(endpoints as Record<(typeof REQUIRED)[number], string>),
    issuer,
    authorization_response_iss_parameter_supported: json['authorization_response_iss_parameter_supported'] === true,
  }
}

function readEndpoint(name: string, value: unknown): string {
  if (typeof value === 'string' && isPlainHttps(value)) return value
  const problem = `has metadata whose ${name} is no https URL without credentials and fragment`
  throw configurationError('oidc issuer', problem)
}

/**
 * Reduces the keys of a key set to the members that verify a signature, without private and nested members.
 *
 * @throws OAuthError `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5 | RFC 7517 - section 5}
 */
function readKeySet({ keys }: JsonObject): JSONWebKeySet {
  if (!Array.isArray(keys)) throw invalid('a key set without keys')
  if (keys.length > MAX_KEYS) throw invalid(`a key set of more than ${MAX_KEYS} keys`)
  return { keys: keys.map((key) => readKey(readObject(key))) }
}

function readKey(json: JsonObject): JSONWebKeySet['keys'][number] {
  const texts = KEY_MEMBERS.filter((name) => typeof json[name] === 'string')
  const operations = json['key_ops']
  return {
    kty: '',
    ...Object.fromEntries(texts.map((name) => [name, json[name]])),
    ...(operations !== undefined && { key_ops: readTexts(operations) }),
  }
}
