import type { AuthRequest } from '@cloudflare/workers-oauth-provider'
import type { Context } from 'hono'
import { type BackgroundContext, type Connection, createOAuth } from 'hono-oauth'
import { connectionsObject } from 'hono-oauth/durable-object'
import { github } from 'hono-oauth/providers/github'
import { webflow } from 'hono-oauth/providers/webflow'
import { wix } from 'hono-oauth/providers/wix'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { allow, refuse } from './authorization.ts'
import type { AppEnv, Env, GrantProps } from './env.ts'
import { endGrants } from './grants.ts'
import type { Platform } from './platforms.ts'

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  appName: 'MCP Site Connector',
  owner: (c: Context<AppEnv>) => c.var.person,
  providers: {
    webflow: webflow({
      clientId: env.WEBFLOW_CLIENT_ID,
      clientSecret: env.WEBFLOW_CLIENT_SECRET,
      scopes: ['authorized_user:read', 'sites:read', 'cms:read'],
    }),
    wix: wix({ appId: env.WIX_APP_ID, appSecret: env.WIX_APP_SECRET, publicKey: env.WIX_PUBLIC_KEY }),
    github: github({ clientId: env.GITHUB_CLIENT_ID, clientSecret: env.GITHUB_CLIENT_SECRET }),
  },
  store: durableObjectStore(env.CONNECTIONS),
  // The authorization request of the MCP client travels sealed with the login, and is answered when it comes back.
  onConnected: (c, { connection, context }) =>
    context ? allow(c, context as AuthRequest, connection.provider) : undefined,
  onFailed: (c, { error, context }) => (context ? refuse(c, context as AuthRequest, error) : undefined),
  onEvent: async (event) => {
    if (event.type !== 'revoked' || !event.owner) return
    const account = { person: event.owner, provider: event.connection.provider as Platform }
    if ((await connectionsOf(env, account)).length === 0) await endGrants(env, account)
  },
  emulator: env.PROVIDER_EMULATOR,
}))

/** A person's connections at one provider, the latest login first. */
export async function connectionsOf(env: Env, account: GrantProps, context?: BackgroundContext): Promise<Connection[]> {
  const connections = await oauth.connections(env, context).list({ owner: account.person })
  return connections.filter(({ provider }) => provider === account.provider)
}

/** The Durable Objects that store connections, one for each person. */
export class OAuthConnections extends connectionsObject(oauth) {}
