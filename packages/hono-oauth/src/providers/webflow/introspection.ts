import type { BackChannel } from '../../protocol/back-channel.ts'
import { invalid } from '../../protocol/back-channel.ts'
import { type JsonObject, readJsonObject, readObject, readTexts } from '../../protocol/json-body.ts'
import { unavailable } from '../../protocol/retry-after.ts'
import { parseScope } from '../../protocol/scope.ts'
import type { Secret } from '../../secret.ts'
import type { Account, Grant } from '../contract.ts'

/** What a Webflow grant covers. */
export interface WebflowAccount extends Account {
  /** The same id comes back when the same grant is authorized again. */
  readonly authorizationId: string
  readonly siteIds: readonly string[]
  readonly workspaceIds: readonly string[]
  readonly userIds: readonly string[]
}

const INTROSPECTION_URL = 'https://api.webflow.com/v2/token/introspect'
const ATTEMPTS = 2

/**
 * Asks Webflow what a token may do: a GET with the token itself, unlike RFC 7662.
 *
 * A read takes nothing away, so after a 5xx it is tried once more: the person would otherwise have to
 * consent again.
 *
 * @returns the grant, or `undefined` when Webflow does not know the token
 * @throws OAuthError `provider_unavailable`, `provider_timeout` or `provider_response_invalid`
 * @see {@link https://developers.webflow.com/data/reference/token/introspect | Webflow - Introspect}
 */
export async function introspect(
  token: Secret,
  backChannel: BackChannel,
): Promise<Grant<WebflowAccount> | undefined> {
  const init = {
    headers: { accept: 'application/json', authorization: `Bearer ${token.reveal()}` },
  }
  for (let attempt = 1; ; attempt++) {
    const response = await backChannel.request(new URL(INTROSPECTION_URL), init)
    if (response.status === 200) return readGrant(await readJsonObject(response))
    if (response.status === 401) return undefined
    if (attempt === ATTEMPTS || response.status < 500) {
      throw unavailable('introspection', response)
    }
  }
}

function readGrant(json: JsonObject | undefined): Grant<WebflowAccount> {
  const authorization = readObject(json?.['authorization'])
  const { id, scope, grantType } = authorization
  if (typeof id !== 'string' || id === '') throw invalid('an introspection without an id')
  if (typeof scope !== 'string') throw invalid('an introspection without a scope')
  const authorizedTo = readObject(authorization['authorizedTo'])
  const siteIds = readTexts(authorizedTo['siteIds'])
  const workspaceIds = readTexts(authorizedTo['workspaceIds'])
  const userIds = readTexts(authorizedTo['userIds'])
  return {
    id,
    // A site token or a workspace token: only a person can end it, in Webflow's settings.
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
