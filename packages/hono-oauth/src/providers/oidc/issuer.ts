import type { JSONWebKeySet } from 'jose'
import { configurationError } from '../../errors.ts'
import { invalid, type JsonObject, readObject, readTexts } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import { PublishedDocument } from '../../protocol/published-document.ts'
import { type Described, registerClient } from '../described/described.ts'
import { isPlainUrl } from '../described/template.ts'
import { isIssuer, type OidcSettings } from './settings.ts'

/** The part of the issuer's metadata that this package uses. */
export interface Metadata {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly revocation_endpoint?: string
  readonly userinfo_endpoint?: string
  /** Only where authorization requests are pushed. */
  readonly pushed_authorization_request_endpoint?: string
  readonly authorization_response_iss_parameter_supported: boolean
  readonly acceptsSecretInBody: boolean
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
const PUSHED = 'pushed_authorization_request_endpoint'
// For a token without a `kid` every key of the set may have to be tried.
const MAX_KEYS = 100
// RFC 7517, section 4, and RFC 7518, section 6: the members that select a public key, and its parameters.
// The characters of 8192 bits, more than runtimes take, and of the exponents that they take: others cost much.
const MAX_KEY_LENGTH = 1366
const MAX_EXPONENT_LENGTH = 6
const KEY_MEMBERS = ['kty', 'kid', 'use', 'alg', 'crv', 'n', 'e', 'x', 'y']

/**
 * The documents that an issuer publishes: its metadata and its keys.
 *
 * The remote key set of `jose` would be shorter. It shares the promise of a request among callers, has no limit of keys,
 * and fails at once when the server of the keys is down; this one goes on with the known keys for a day.
 */
export class Issuer {
  readonly #described: Described
  readonly #metadataUrl: string
  readonly #metadata: PublishedDocument<Metadata>
  readonly #keySet = new PublishedDocument<JSONWebKeySet>('the key set', readKeySet)

  constructor(described: Described, settings: OidcSettings) {
    this.#described = described
    this.#metadataUrl = settings.metadataUrl
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
    // Some servers do not decode the form-encoding of RFC 6749 inside HTTP Basic; a body has no such trap.
    return registerClient(this.#described, metadata, metadata.acceptsSecretInBody ? 'post' : 'basic')
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
  const { issuer, pkce, idTokenAlg, userinfo, par = json['require_pushed_authorization_requests'] === true } = settings
  const { issuer: named } = json
  if (!isIssuer(issuer, named)) {
    const other = typeof named === 'string' ? named : 'none'
    throw configurationError('oidc issuer', `is ${issuer}, and the metadata names ${other}: both must be the same text`)
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
  if (par && json[PUSHED] === undefined) {
    throw configurationError('oidc par', 'needs an endpoint, which the issuer does not have')
  }
  const optional = OPTIONAL.filter((name) => json[name] !== undefined)
  const names = [...REQUIRED, ...optional, ...(par ? [PUSHED] : [])]
  const isLocal = settings.metadataUrl.startsWith('http:')
  const endpoints = Object.fromEntries(names.map((name) => [name, readEndpoint(name, json[name], isLocal)]))
  return {
    ...(endpoints as Record<(typeof REQUIRED)[number], string>),
    issuer: named,
    acceptsSecretInBody: readTexts(json['token_endpoint_auth_methods_supported']).includes('client_secret_post'),
    authorization_response_iss_parameter_supported: json['authorization_response_iss_parameter_supported'] === true,
  }
}

/** @param isLocal - whether the issuer is a server on this machine: its endpoints may be http as well */
function readEndpoint(name: string, value: unknown, isLocal: boolean): string {
  if (typeof value === 'string' && URL.canParse(value) && isPlainUrl(new URL(value), isLocal)) return value
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
  const texts = KEY_MEMBERS.filter((name) => {
    const value = json[name]
    return typeof value === 'string' && value.length <= (name === 'e' ? MAX_EXPONENT_LENGTH : MAX_KEY_LENGTH)
  })
  const operations = json['key_ops']
  return {
    kty: '',
    ...Object.fromEntries(texts.map((name) => [name, json[name]])),
    ...(operations !== undefined && { key_ops: readTexts(operations) }),
  }
}
