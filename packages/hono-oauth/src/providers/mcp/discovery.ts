import { OAuthError } from '../../errors.ts'
import {
  isUnavailable,
  type JsonObject,
  readJsonObject,
  readText,
  readTexts,
  unavailable,
} from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { challengesOf, missingScopes } from '../../protocol/bearer-error.ts'
import { requestRead } from '../../protocol/read-request.ts'
import { publicUrl } from './public-url.ts'

/** How a server is asked for its documents. */
export interface Asking {
  readonly backChannel: BackChannel
  /** Whether the app runs on this machine: its servers may do so too. */
  readonly isLocal: boolean
}

/** What an MCP server says of itself, as a protected resource. */
export interface ProtectedResource {
  /** Its identifier, as the server spells it: the `resource` of every request for a token. */
  readonly resource: string
  /** The issuers of the authorization servers that it trusts. */
  readonly issuers: readonly string[]
  /** The scopes that any use of it needs, as far as it says so. */
  readonly scopes: readonly string[]
}

/** The part of an authorization server's metadata that this package uses. */
export interface AuthorizationServer {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly revocationEndpoint: string | undefined
  readonly registrationEndpoint: string | undefined
  /** Whether each response names the issuer (RFC 9207). */
  readonly namesIssuer: boolean
  /** Whether it reads client id metadata documents. */
  readonly readsDocuments: boolean
  /** The client authentication that it takes. */
  readonly authMethods: readonly string[]
  readonly offersOfflineAccess: boolean
}

// Any request without a token tells whether one is needed; this one changes nothing.
const PROBE = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })
const PROBE_HEADERS = {
  accept: 'application/json, text/event-stream',
  'content-type': 'application/json',
  'user-agent': 'hono-oauth',
}

/** The error of a server that breaks a rule; `detail` repeats nothing of the server. */
export function unusable(detail: string): OAuthError {
  return new OAuthError('provider_response_invalid', { detail })
}

/**
 * Asks an MCP server where its users sign in: by the challenge of its 401, and else at the well-known addresses.
 *
 * @throws OAuthError `provider_response_invalid`, `provider_unavailable` or `provider_timeout`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728#section-5 | RFC 9728 - section 5}
 */
export async function discoverResource(url: URL, asking: Asking): Promise<ProtectedResource> {
  const challenge = await challengeOf(url, asking.backChannel)
  const named = readText(challenge?.resource_metadata)
  if (named !== undefined && !publicUrl(named, asking.isLocal)) {
    throw unusable('The server names an address for its metadata that is not public.')
  }
  const json = await readFirst(named === undefined ? wellKnownOf(url) : [named], asking.backChannel)
  if (!json) throw unusable('The server does not say where its users sign in.')
  const { resource } = json
  // A token for another resource would be of use to this server elsewhere (RFC 9728, section 7.3).
  if (typeof resource !== 'string' || !covers(resource, url)) {
    throw unusable('The metadata of the server is about another server.')
  }
  const challenged = missingScopes([challenge?.scope])
  const scopes = challenged.length > 0 ? challenged : missingScopes(readTexts(json['scopes_supported']))
  return { resource, issuers: readTexts(json['authorization_servers']), scopes }
}

/** The challenge of a 401 to a request without a token. The body, which may have no end, is not read. */
async function challengeOf(url: URL, backChannel: BackChannel) {
  const response = await backChannel.send(url, { method: 'POST', headers: PROBE_HEADERS, body: PROBE })
  void response.body?.cancel().catch(() => undefined)
  if (isUnavailable(response)) throw unavailable('the MCP server', response)
  return response.status === 401 ? challengesOf(response.headers, ['bearer', 'dpop'])[0] : undefined
}

/** Where the metadata of a resource is: for its path, and then for the whole host. */
function wellKnownOf({ origin, pathname, search }: URL): string[] {
  const root = `${origin}/.well-known/oauth-protected-resource`
  return [...new Set([`${root}${pathname.replace(/\/$/, '')}${search}`, root])]
}

/** Whether a resource is the URL, or a part of its path at the same origin. */
function covers(resource: string, { origin, pathname, search }: URL): boolean {
  const named = URL.canParse(resource) ? new URL(resource) : undefined
  if (named?.origin !== origin || resource.includes('#') || named.username || named.password) return false
  const [path = '', part = ''] = [pathname, named.pathname].map((each) => each.replace(/\/?$/, '/'))
  return path.startsWith(part) && (named.search === '' || named.search === search)
}

/**
 * Reads the metadata of an authorization server, by RFC 8414 or OpenID Connect Discovery.
 *
 * @param issuer - its identifier, which the metadata has to repeat
 * @throws OAuthError as {@link discoverResource}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3 | RFC 8414 - section 3}
 */
export async function discoverServer(issuer: string, { backChannel, isLocal }: Asking): Promise<AuthorizationServer> {
  const url = publicUrl(issuer, isLocal)
  if (!url || url.search) throw unusable('The server names a sign-in server that is not public.')
  const json = await readFirst(metadataOf(url), backChannel)
  if (!json) throw unusable('The sign-in server of this server has no metadata.')
  // Otherwise one server could speak for another (RFC 8414, section 3.3).
  if (json['issuer'] !== issuer) throw unusable('The metadata of the sign-in server is that of another one.')
  const endpoint = (name: string) => {
    const value = readText(json[name])
    if (value === undefined || publicUrl(value, isLocal)) return value
    throw unusable('The sign-in server names an address that is not public.')
  }
  const authorizationEndpoint = endpoint('authorization_endpoint')
  const tokenEndpoint = endpoint('token_endpoint')
  if (!authorizationEndpoint || !tokenEndpoint) throw unusable('The sign-in server has no endpoints for a login.')
  // An absent list means that there is no PKCE (RFC 8414, section 2).
  if (!readTexts(json['code_challenge_methods_supported']).includes('S256')) {
    throw unusable('The sign-in server does not protect logins with PKCE.')
  }
  return {
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    revocationEndpoint: endpoint('revocation_endpoint'),
    registrationEndpoint: endpoint('registration_endpoint'),
    namesIssuer: json['authorization_response_iss_parameter_supported'] === true,
    readsDocuments: json['client_id_metadata_document_supported'] === true,
    authMethods: readTexts(json['token_endpoint_auth_methods_supported']),
    offersOfflineAccess: readTexts(json['scopes_supported']).includes('offline_access'),
  }
}

/** Where the metadata of an issuer is, in the order in which MCP clients ask. */
function metadataOf({ origin, pathname }: URL): string[] {
  const path = pathname.replace(/\/$/, '')
  const inserted = ['oauth-authorization-server', 'openid-configuration'].map(
    (name) => `${origin}/.well-known/${name}${path}`,
  )
  return path ? [...inserted, `${origin}${path}/.well-known/openid-configuration`] : inserted
}

/** The first of these addresses that has a JSON object. A site may answer every address with a page of its own. */
async function readFirst(urls: readonly string[], backChannel: BackChannel): Promise<JsonObject | undefined> {
  for (const url of urls) {
    const response = await requestRead(url, {}, backChannel)
    if (isUnavailable(response)) throw unavailable('a metadata document', response)
    const json = response.status === 200 ? await readJsonObject(response) : undefined
    if (json) return json
  }
  return undefined
}
