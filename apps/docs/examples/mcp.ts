import { type Context, Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { github } from 'hono-oauth/providers/github'
import { kvStore } from 'hono-oauth/stores/kv'
import { userOf } from './users' // the MCP server's own check of its bearer token

type AppContext = Context<{ Bindings: Env }>

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  owner: (c) => userOf(c.req.header('authorization')),
  providers: {
    github: github({
      clientId: env.GITHUB_CLIENT_ID,
      clientSecret: env.GITHUB_CLIENT_SECRET,
      scopes: ['repo'],
    }),
  },
  store: kvStore(env.TOKENS),
}))

/** The tool: the user's repositories, or the URL that connects GitHub. */
async function listRepositories(c: AppContext): Promise<string> {
  const connection = await oauth.connection(c, 'github')
  if (!connection) {
    const answer = await oauth.login(c, 'github', {
      returnTo: '/connected',
      json: true,
    })
    const { authorizationUrl } = (await answer.json()) as { authorizationUrl: string }
    return `GitHub is not connected. Open this within two minutes, then ask again: ${authorizationUrl}`
  }
  const answer = await connection.fetch('/user/repos?per_page=20')
  const repositories = (await answer.json()) as { full_name: string }[]
  return (
    repositories.map(({ full_name: name }) => name).join('\n') ||
    'There are no repositories.'
  )
}

const TOOL = {
  name: 'list_repositories',
  description: 'Lists the GitHub repositories',
  inputSchema: { type: 'object' },
}

/** The results of the methods of MCP; with an SDK, only the tool is left. */
const METHODS: Record<
  string,
  (c: AppContext, params: { protocolVersion?: string }) => unknown
> = {
  initialize: (_, { protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'repositories', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools: [TOOL] }),
  'tools/call': async (c) => ({
    content: [{ type: 'text', text: await listRepositories(c) }],
  }),
}

const app = new Hono<{ Bindings: Env }>()
app.route('/auth', oauth.routes)
app.get('/connected', (c) => c.text('Connected. Go back to your assistant.'))
app.post('/mcp', async (c) => {
  if (!userOf(c.req.header('authorization')))
    return c.text('Sign in first.', 401, { 'www-authenticate': 'Bearer' })
  const {
    id,
    method,
    params = {},
  } = await c.req.json<{ id?: number; method: string; params?: object }>()
  if (id === undefined) return c.body(null, 202)
  const run = METHODS[method]
  if (!run)
    return c.json({
      jsonrpc: '2.0',
      id,
      error: { code: -32601, message: 'There is no such method.' },
    })
  return c.json({ jsonrpc: '2.0', id, result: await run(c, params) })
})

export default app
