import { OAuthError } from '../../errors.ts'
import { buildAuthorizationUrl } from '../../protocol/authorization-request.ts'
import { codeIn, validateAuthorizationResponse } from '../../protocol/authorization-response.ts'
import { bearerError } from '../../protocol/bearer-error.ts'
import { formEncode, publicClient, type RegisteredClient, secretInBody, secretInHeader } from '../../protocol/client.ts'
import { revokeToken } from '../../protocol/revocation-request.ts'
import { requestRefresh, requestToken } from '../../protocol/token-request.ts'
import { parseTokenAnswer, processTokenResponse, readTokens, requireSuccess } from '../../protocol/token-response.ts'
import { Secret } from '../../secret.ts'
import type { Account, AppIdentity, Details, Provider, StoredGrant } from '../contract.ts'
import type { EventMap } from '../webhook-contract.ts'
import { prepareMcpLogin } from './prepare-login.ts'
import { describeApp } from './registration.ts'
import { type AnyMcpServerOptions, checkMcpOptions, type McpServerOptions } from './settings.ts'

export type { AnyMcpServerOptions, McpServerOptions } from './settings.ts'

type Kept = 'resource' | 'issuer' | 'tokenEndpoint' | 'revocationEndpoint' | 'clientId' | 'sendsInBody'

/** What is kept of a connection to an MCP server: its URL, and where later requests go, which is where its login went. */
export type McpDetails = Details<Kept> & { readonly url: string }

/**
 * Makes a provider of an MCP server, which its URL alone describes: the server says where its users sign in, and the app
 * introduces itself there.
 *
 * Without `url` the person who logs in names the server: `/auth/<provider>/login?url=https://mcp.example/mcp`.
 *
 * @param options - the server, or rules for any server
 * @returns the provider, for `providers` of the configuration
 * @throws OAuthError `configuration_invalid`, naming the option that is missing or wrong
 * @see {@link https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization | MCP - Authorization}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728 | RFC 9728 - Protected Resource Metadata}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414 | RFC 8414 - Authorization Server Metadata}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8707 | RFC 8707 - Resource Indicators}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7591 | RFC 7591 - Dynamic Client Registration}
 * @see {@link https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document-00 | Client ID Metadata Document}
 * @example
 * ```ts
 * mcp({ url: 'https://mcp.example/mcp' })
 * ```
 */
export function mcp(
  options: McpServerOptions | AnyMcpServerOptions = {},
): Provider<string, Account, EventMap, McpDetails> {
  checkMcpOptions(options)
  const one = options.url === undefined ? undefined : options
  const { clientName, scopes = [] } = options

  /** The app as the client of one connection. */
  function clientOf(details: Partial<McpDetails>, secret: string | undefined, namesIssuer = false): RegisteredClient {
    const { issuer, tokenEndpoint, clientId, sendsInBody } = details
    // A connection of which something is missing must be asked for again.
    if (!issuer || !tokenEndpoint || !clientId) throw new OAuthError('needs_reauth')
    const clientSecret = clientId === one?.clientId ? one.clientSecret : secret
    const inHeader = (text: string) => secretInHeader(text, formEncode)
    return {
      server: {
        issuer,
        authorization_endpoint: '',
        token_endpoint: tokenEndpoint,
        authorization_response_iss_parameter_supported: namesIssuer,
      },
      clientId,
      authentication: clientSecret ? (sendsInBody ? secretInBody : inHeader)(clientSecret) : publicClient,
    }
  }
  const named = (app: AppIdentity): AppIdentity => ({ ...app, name: clientName ?? app.name })
  const clientAt = ({ details, clientSecret }: StoredGrant<McpDetails>) => clientOf(details, clientSecret?.reveal())

  return {
    server: one && [one.url, one.issuer ?? [], one.clientId ?? []].flat().join(' '),
    scopes,
    pkce: true,
    restartsWithoutState: false,
    usesLoopback: one?.url.startsWith('http:'),
    issuerOf: ({ issuer }) => issuer,
    ...(!one && {
      confirmsLogin: true,
      loginDetails: { url: 'text' },
      loginQuery: ({ url }: McpDetails): Record<string, string> => (url ? { url } : {}),
    }),
    refreshTokens: one?.refreshTokens ?? 'rotating',
    apiOrigins({ details: { url } }) {
      if (!url) throw new OAuthError('needs_reauth')
      return [new URL(url).origin]
    },
    clientDocument: (app) => ({
      client_id: app.documentUrl,
      ...describeApp(named(app)),
    }),

    prepareLogin: ({ app, ...preparation }, backChannel) =>
      prepareMcpLogin(options, { ...preparation, app: named(app) }, backChannel),
    async authorizationUrl({ found = {}, ...request }) {
      const { authorizationEndpoint = '', resource = '' } = found
      const { server, ...client } = clientOf(found, undefined)
      const params = {
        ...request.params,
        // OpenID Connect Core, section 11.
        ...(request.scopes.includes('offline_access') && { prompt: 'consent' }),
        resource,
      }
      const at = { ...client, server: { ...server, authorization_endpoint: authorizationEndpoint } }
      return buildAuthorizationUrl(at, { ...request, params })
    },
    async authorize(callback, backChannel) {
      const { clientSecret, authorizationEndpoint: _, namesIssuer, ...found } = callback.found ?? {}
      const details = found as unknown as McpDetails
      const client = clientOf(details, clientSecret, namesIssuer !== undefined)
      validateAuthorizationResponse(client, callback.parameters, callback.state)
      const code = codeIn(callback.parameters)
      const response = await requestToken(client, code, callback, backChannel, resourceOf(details))
      const { idToken: _unused, ...tokens } = await processTokenResponse(response, 'code')
      const { host, pathname } = new URL(details.url)
      const account = { id: details.url, name: `${host}${pathname.replace(/\/$/, '')}` }
      return {
        tokens: { ...tokens, ...(clientSecret && { clientSecret: new Secret(clientSecret) }) },
        grant: {
          id: details.url,
          account,
          scopes: tokens.scopes ?? callback.scopes ?? [],
          revocable: details.revocationEndpoint !== undefined,
          details,
          // A server does not say whose account it is.
          isAnonymous: true,
        },
      }
    },
    async renew(grant, backChannel, now) {
      const { refreshToken, details } = grant
      if (!refreshToken) throw new OAuthError('needs_reauth')
      const client = clientAt(grant)
      const answer = await parseTokenAnswer(
        await requestRefresh(client, refreshToken, backChannel, now, resourceOf(details)),
      )
      // A server may forget a registration, and only another login makes a new one.
      const isRegistered = client.clientId !== one?.clientId && !URL.canParse(client.clientId)
      const words = isRegistered ? ({ invalid_client: 'invalid_grant' } as const) : undefined
      const { idToken: _unused, ...tokens } = readTokens(
        requireSuccess(answer, 'refresh_token', words),
        'refresh_token',
      )
      return tokens
    },
    async revoke(grant, backChannel, now) {
      const { revocationEndpoint } = grant.details
      if (!revocationEndpoint) return 'deleted_only'
      const client = clientAt(grant)
      const url = new URL(revocationEndpoint)
      const { refreshToken, accessToken } = grant
      const refresh = refreshToken && (await revokeToken(client, url, refreshToken, 'refresh_token', backChannel, now))
      // A server need not end the access token with the refresh token (RFC 7009, section 2.1).
      const access = await revokeToken(client, url, accessToken, 'access_token', backChannel, now)
      return (refresh ?? access) === 'revoked' && access !== 'refused' ? 'revoked' : 'deleted_only'
    },
    tokenHeaders: ({ accessToken }) => ({ authorization: `Bearer ${accessToken.reveal()}` }),
    apiError: bearerError,
  }
}

/** RFC 8707, section 2.2: a token is for one resource. */
function resourceOf({ resource = '' }: McpDetails): { readonly params: Readonly<Record<string, string>> } {
  return { params: { resource } }
}
