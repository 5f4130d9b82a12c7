import { OAuthProvider } from '@cloudflare/workers-oauth-provider'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import { accounts } from './accounts.ts'
import { authorizationServer } from './authorization-server.ts'
import { consent } from './consent.ts'
import type { AppEnv, Env } from './env.ts'
import { grantToRevoke, wasLastGrant } from './grants.ts'
import { connectionsOf, oauth } from './oauth.ts'
import { findPerson } from './person.ts'
import { toolsOf } from './tools.ts'

export { OAuthConnections } from './oauth.ts'

/** What a browser opens. */
const pages = new Hono<AppEnv>()
pages.use(findPerson)
pages.route('/authorize', consent)
pages.route('/auth', oauth.routes)
pages.route('/', accounts)

/** What MCP clients call: the authorization server has checked their token. */
const tools = new Hono<AppEnv>()
tools.all('/mcp', (c) => createMcpHandler(() => toolsOf(c)).fetch(c.req.raw))

export default {
  async fetch(request, env, context) {
    const server = new OAuthProvider<Env>({
      ...authorizationServer(env),
      apiHandler: { fetch: (call) => tools.fetch(call, env, context) },
      defaultHandler: { fetch: (call, bindings) => pages.fetch(call, bindings, context) },
    })
    const revoked = await grantToRevoke(request, env)
    const answer = await server.fetch(request, env, context)
    if (revoked && (await wasLastGrant(env, revoked))) {
      for (const connection of await connectionsOf(env, revoked, context)) await connection.revoke()
    }
    return answer
  },
} satisfies ExportedHandler<Env>
