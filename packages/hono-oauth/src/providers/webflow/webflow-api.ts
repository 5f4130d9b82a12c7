import { OAuthError } from '../../errors.ts'
import {
  invalid,
  isUnavailable,
  type JsonObject,
  parseJsonObject,
  readJsonObject,
  readObject,
  readText,
  readTexts,
  unavailable,
} from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { postJson } from '../../protocol/client.ts'
import { parseScope } from '../../protocol/scope.ts'
import type { Secret } from '../../secret.ts'
import type { Account, Grant, Revocation } from '../contract.ts'

/** The workspace or the sites of a Webflow grant. */
export interface WebflowAccount extends Account {
  /** The id of the authorization, which stays the same when the same grant is authorized again. */
  readonly authorizationId: string
  readonly siteIds: readonly string[]
  readonly workspaceIds: readonly string[]
  readonly userIds: readonly string[]
}

/** The hosts that accept revocation requests, by different pages of Webflow's documentation. */
export type WebflowRevocationHost = 'api.webflow.com' | 'webflow.com'

// After these a new consent does not help: the account lacks a role.
const ROLE_CODES: ReadonlySet<unknown> = new Set(['forbidden', 'insufficient_permissions'])
const INTROSPECTION_URL = 'https://api.webflow.com/v2/token/introspect'
// https://developers.webflow.com/data/reference/token/authorized-by
const AUTHORIZED_BY_URL = 'https://api.webflow.com/v2/token/authorized_by'
// A read changes nothing, so a 5xx is answered by a second try: without it the person would have to consent again.
const ATTEMPTS = 2

/**
 * Asks Webflow what a token may do: a GET with the token itself, unlike RFC 7662.
 *
 * @returns the grant, or `undefined` for a token that Webflow does not know
 * @throws OAuthError `provider_unavailable`, `provider_timeout` or `provider_response_invalid`
 * @see {@link https://developers.webflow.com/data/reference/token/introspect | Webflow - Introspect}
 */
export async function introspect(token: Secret, backChannel: BackChannel): Promise<Grant<WebflowAccount> | undefined> {
  const headers = { accept: 'application/json', authorization: `Bearer ${token.reveal()}` }
  for (let attempt = 1; ; attempt++) {
    const response = await backChannel.request(new URL(INTROSPECTION_URL), { headers })
    if (response.status === 200) return named(readGrant(await readJsonObject(response)), headers, backChannel)
    if (response.status === 401) return undefined
    if (attempt === ATTEMPTS || response.status < 500) throw unavailable('introspection', response)
  }
}

/** The grant with the name of the person who authorized it, where the app may see that person. */
async function named(
  grant: Grant<WebflowAccount>,
  headers: Readonly<Record<string, string>>,
  backChannel: BackChannel,
): Promise<Grant<WebflowAccount>> {
  if (!grant.scopes.includes('authorized_user:read')) return grant
  try {
    const response = await backChannel.request(new URL(AUTHORIZED_BY_URL), { headers })
    const user = response.status === 200 ? await readJsonObject(response) : undefined
    const { firstName, lastName, email } = user ?? {}
    const name = [firstName, lastName].flatMap((part) => readText(part) ?? []).join(' ') || (readText(email) ?? null)
    return { ...grant, account: { ...grant.account, name } }
  } catch {
    // The connection works without the name.
    return grant
  }
}

function readGrant(json: JsonObject | undefined): Grant<WebflowAccount> {
  const authorization = readObject(json?.['authorization'])
  const { scope, grantType } = authorization
  const id = readText(authorization['id'])
  if (!id) throw invalid('an introspection without an id')
  if (typeof scope !== 'string') throw invalid('an introspection without a scope')
  const authorizedTo = readObject(authorization['authorizedTo'])
  const siteIds = readTexts(authorizedTo['siteIds'])
  const workspaceIds = readTexts(authorizedTo['workspaceIds'])
  const userIds = readTexts(authorizedTo['userIds'])
  return {
    id,
    // Only a person can end a site token or a workspace token, in the settings of Webflow.
    revocable: grantType !== 'client_credentials',
    scopes: parseScope(scope),
    account: {
      id: userIds[0] ?? workspaceIds[0] ?? siteIds[0] ?? id,
      name: null,
      authorizationId: id,
      siteIds,
      workspaceIds,
      userIds,
    },
  }
}

/**
 * Ends a grant. Unlike RFC 7009, the request is JSON with the client secret and `access_token`; the answer is JSON
 * with `did_revoke` from webflow.com and `didRevoke` from api.webflow.com. When one host does not have the
 * endpoint, the other host is asked.
 *
 * @param client - the credentials of the app, and the host to ask first
 * @throws OAuthError when Webflow gives no valid answer
 */
export async function revoke(
  client: { readonly clientId: string; readonly clientSecret: Secret; readonly host: WebflowRevocationHost },
  accessToken: Secret,
  backChannel: BackChannel,
): Promise<Revocation> {
  const other = client.host === 'webflow.com' ? 'api.webflow.com' : 'webflow.com'
  let response = await post(client.host)
  if (response.status === 404 || response.status === 405) response = await post(other)
  // RFC 7009, section 2.2.1: the token may still be valid.
  if (isUnavailable(response)) throw unavailable('the revocation endpoint', response)
  const json = await readJsonObject(response)
  const isRevoked =
    response.status === 200
      ? json?.['did_revoke'] === true || json?.['didRevoke'] === true
      : // Webflow's text: "doesn't exist or has already been revoked".
        json?.['error'] === 'invalid_token'
  return isRevoked ? 'revoked' : 'deleted_only'

  function post(host: WebflowRevocationHost): Promise<Response> {
    const credentials = { client_id: client.clientId, client_secret: client.clientSecret.reveal() }
    const url = new URL(`https://${host}/oauth/revoke_authorization`)
    return postJson(url, { ...credentials, access_token: accessToken.reveal() }, backChannel)
  }
}

/**
 * The error of a connection after Webflow's Data API answered 401 or 403. The two kinds of 403 differ in `code`: a
 * new consent helps only after `missing_scopes`.
 *
 * @returns `undefined` for every other answer, which the caller judges
 * @see {@link https://developers.webflow.com/data/reference/error-handling | Webflow - Errors}
 */
export function apiError(status: number, body: string): OAuthError | undefined {
  if (status !== 401 && status !== 403) return undefined
  const json = parseJsonObject(body)
  const code = json?.['code']
  const cause = new Error(`Webflow answered ${status}`)
  // An answer without a code comes from a proxy, not from the API of Webflow.
  if (status === 401 && typeof code === 'string') return new OAuthError('needs_reauth', { cause })
  if (code === 'missing_scopes') {
    return new OAuthError('insufficient_scope', { cause, missingScopes: readScopes(json?.['message']) })
  }
  return ROLE_CODES.has(code) ? new OAuthError('access_forbidden', { cause }) : undefined
}

/** The scopes in a text such as "You are missing the following scopes: cms:read, sites:read". */
function readScopes(message: unknown): string[] {
  const [, list = ''] = /following scopes:(.*)/.exec(String(message)) ?? []
  return parseScope(list).filter((scope) => /^[\w.:-]{1,64}$/.test(scope))
}
