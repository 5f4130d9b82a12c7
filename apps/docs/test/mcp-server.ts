import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { Hono } from 'hono'

/** An MCP server with one tool, which allows every login at once. */
export function createMcpServer(origin: string): Hono {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'greeter', version: '1.0.0' })
    const greeting = { content: [{ type: 'text' as const, text: 'Hello from the tool' }] }
    server.registerTool('greet', { description: 'Greets' }, async () => greeting)
    return server
  })
  const server = new Hono()
  server.all('/mcp', async (c): Promise<Response> => {
    if (c.req.header('authorization') === 'Bearer token-of-greeter') return handler.fetch(c.req.raw)
    return c.body(null, 401, { 'www-authenticate': 'Bearer error="invalid_token"' })
  })
  server.get('/.well-known/oauth-protected-resource/mcp', (c) =>
    c.json({ resource: `${origin}/mcp`, authorization_servers: [origin] }),
  )
  server.get('/.well-known/oauth-authorization-server', (c) =>
    c.json({
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
      code_challenge_methods_supported: ['S256'],
    }),
  )
  server.post('/register', (c) => c.json({ client_id: 'agent' }, 201))
  server.get('/authorize', (c) => {
    const { redirect_uri: redirectUri = '', state = '' } = c.req.query()
    return c.redirect(`${redirectUri}?${new URLSearchParams({ code: 'a-code', state })}`)
  })
  server.post('/token', (c) => c.json({ access_token: 'token-of-greeter', token_type: 'Bearer' }))
  return server
}
