import type { OAuthProviderOptions } from '@cloudflare/workers-oauth-provider'
import type { Env } from './env.ts'

/** The authorization server for MCP clients, without the two apps behind it. */
export const authorizationServer = ({ PUBLIC_ORIGIN }: Pick<Env, 'PUBLIC_ORIGIN'>) =>
  ({
    apiRoute: '/mcp',
    authorizeEndpoint: '/authorize',
    tokenEndpoint: '/token',
    clientRegistrationEndpoint: '/register',
    clientIdMetadataDocumentEnabled: true,
    scopesSupported: ['sites', 'offline_access'],
    requiredScopes: ['sites'],
    resourceMetadata: { resource: `${PUBLIC_ORIGIN}/mcp`, authorization_servers: [PUBLIC_ORIGIN] },
  }) satisfies Omit<OAuthProviderOptions<Env>, 'apiHandler' | 'defaultHandler'>
