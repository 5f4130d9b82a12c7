import { OAuthError } from '../../errors.ts'
import { type BackChannel, isLoopback } from '../../protocol/back-channel.ts'
import type { LoginPreparation, PreparedLogin } from '../contract.ts'
import { type Asking, discoverResource, discoverServer, unusable } from './discovery.ts'
import { publicUrl } from './public-url.ts'
import { identify, type McpClient } from './registration.ts'
import type { AnyMcpServerOptions, McpServerOptions } from './settings.ts'

type Options = McpServerOptions | AnyMcpServerOptions

/**
 * Finds where a login at an MCP server goes, and as which client.
 *
 * @throws OAuthError `login_parameter_invalid` for a URL that is not public, or that the app does not allow;
 *   `provider_response_invalid` for a server that breaks a rule; `store_unavailable`, `provider_unavailable` or
 *   `provider_timeout`
 */
export async function prepareMcpLogin(
  options: Options,
  preparation: LoginPreparation,
  backChannel: BackChannel,
): Promise<PreparedLogin> {
  const asking = { backChannel, isLocal: isLoopback(new URL(preparation.app.origin)) }
  const url = options.url === undefined ? await namedUrl(options, preparation, asking) : new URL(options.url)
  // All documents of a login have the time of one answer.
  return backChannel.limit(() => prepare(options, url, preparation, asking))
}

/** The URL that the person names who logs in. */
async function namedUrl(
  { allows }: AnyMcpServerOptions,
  { login }: LoginPreparation,
  { isLocal }: Asking,
): Promise<URL> {
  const url = publicUrl(login?.['url'], isLocal)
  if (url && (await (allows?.(url) ?? true))) return url
  const detail = url
    ? 'This app does not connect to that server.'
    : 'The parameter "url" is missing, or is not the https URL of a public server.'
  throw new OAuthError('login_parameter_invalid', { detail })
}

async function prepare(
  options: Options,
  url: URL,
  preparation: LoginPreparation,
  asking: Asking,
): Promise<PreparedLogin> {
  const { issuer: chosen, clientId, clientSecret } = options.url === undefined ? {} : options
  const { resource, issuers, scopes: asked } = await discoverResource(url, asking)
  const issuer = chosen ?? issuers[0]
  if (issuer === undefined || !issuers.includes(issuer)) {
    throw unusable(`The server does not name ${chosen ? 'the sign-in server of this app' : 'its sign-in server'}.`)
  }
  const server = await discoverServer(issuer, asking)
  const { authorizationEndpoint, tokenEndpoint, revocationEndpoint, namesIssuer } = server
  const prefersBody = server.authMethods.includes('client_secret_post')
  const client: McpClient = clientId
    ? { clientId, clientSecret, sendsInBody: prefersBody }
    : await identify(server, preparation, asking)
  const wanted = [preparation.scopes, options.scopes, asked].find((each) => each?.length) ?? []
  // Some servers give no refresh token without it.
  const scopes = new Set([...wanted, ...(wanted.length > 0 && server.offersOfflineAccess ? ['offline_access'] : [])])
  const found = {
    url: url.href,
    resource,
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    ...(revocationEndpoint && { revocationEndpoint }),
    ...(namesIssuer && { namesIssuer: 'true' }),
    clientId: client.clientId,
    // The secret of the app's own settings stays there.
    ...(client.clientSecret && !clientId && { clientSecret: client.clientSecret }),
    ...(client.sendsInBody && { sendsInBody: 'true' }),
  }
  return { scopes: [...scopes], found }
}
