import {
  AuthorizationError,
  insufficientScope,
  type OAuthHelpers,
  OAuthProvider,
} from '@cloudflare/workers-oauth-provider'
import type { ExecutionContext, KVNamespace } from '@cloudflare/workers-types'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'

/** An MCP server of other projects: its tools by the MCP SDK, its logins by Cloudflare's provider. */
interface Env {
  readonly REGISTERS: boolean
  readonly OAUTH_KV: KVNamespace
}

const ORIGIN = 'https://mcp.example'
const TOOLS = { read: 'tools:read', write: 'tools:write' }

const mcp = createMcpHandler(() => {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  for (const name of Object.keys(TOOLS)) {
    server.registerTool(name, { description: `Can ${name}` }, async () => ({
      content: [{ type: 'text', text: `${name}: done` }],
    }))
  }
  return server
})

interface Called {
  readonly method?: string
  readonly params?: { readonly name?: keyof typeof TOOLS }
}

const makeProvider = (registers: boolean) =>
  new OAuthProvider<Env>({
    apiRoute: '/mcp',
    apiHandler: {
      async fetch(request: Request, _env: Env, ctx: unknown) {
        const { method, params } = (await request.clone().json()) as Called
        const needed = method === 'tools/call' && params?.name && TOOLS[params.name]
        const { auth } = ctx as unknown as { auth: Parameters<typeof insufficientScope>[0] }
        return needed && !auth.scope.includes(needed) ? insufficientScope(auth, [needed]) : mcp.fetch(request)
      },
    },
    defaultHandler: {
      /** Allows at once what is requested, for the only user. */
      async fetch(request: Request, env: Env) {
        const { OAUTH_PROVIDER: provider } = env as unknown as { OAUTH_PROVIDER: OAuthHelpers }
        try {
          const asked = await provider.parseAuthRequest(request)
          const { scope } = asked
          const user = { userId: 'ada', metadata: {}, props: {} }
          const { redirectTo } = await provider.completeAuthorization({ ...user, request: asked, scope })
          return Response.redirect(redirectTo, 302)
        } catch (error) {
          if (!(error instanceof AuthorizationError)) throw error
          return new Response(error.description, { status: 400 })
        }
      },
    },
    authorizeEndpoint: '/authorize',
    tokenEndpoint: '/oauth/token',
    ...(registers && { clientRegistrationEndpoint: '/oauth/register' }),
    clientIdMetadataDocumentEnabled: !registers,
    scopesSupported: [...Object.values(TOOLS), 'offline_access'],
    requiredScopes: [TOOLS.read],
    resourceMetadata: { resource: `${ORIGIN}/mcp`, authorization_servers: [ORIGIN] },
  })

export default {
  fetch: (request: Request, env: Env, ctx: ExecutionContext) => makeProvider(env.REGISTERS).fetch(request, env, ctx),
}
