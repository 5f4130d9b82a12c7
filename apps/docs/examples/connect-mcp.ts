import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { connectionsObject } from 'hono-oauth/durable-object'
import { mcp } from 'hono-oauth/providers/mcp'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { html } from 'hono/html'

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  appName: 'Agent', // what a server shows when it asks for consent
  providers: { mcp: mcp() },
  store: durableObjectStore(env.CONNECTIONS),
}))
export class OAuthConnections extends connectionsObject(oauth) {}

const app = new Hono<{ Bindings: Env }>()
app.route('/auth', oauth.routes)

// The form is all that the app knows of a server: its URL.
app.get('/', async (c) => {
  const connections = await oauth.list(c)
  return c.html(html`
    <ul>${connections.map(
      ({ id, account }) => html`<li><a href="/servers/${id}">${account.name}</a></li>`,
    )}</ul>
    <form action="/auth/mcp/login">
      <input type="url" name="url" placeholder="https://mcp.example/mcp" required>
      <button>Connect</button>
    </form>`)
})

/** One of the connected servers, chosen by the id of its connection. */
const chosen = oauth.require('mcp', { connection: (c) => c.req.param('id') })

app.get('/servers/:id', chosen, async (c) => {
  const { tools } = await withClient(c.var.connection, (client) => client.listTools())
  return c.json(tools.map(({ name, description }) => ({ name, description })))
})

app.post('/servers/:id/tools/:tool', chosen, async (c) => {
  const call = { name: c.req.param('tool'), arguments: await c.req.json() }
  const result = await withClient(c.var.connection, (client) => client.callTool(call))
  return c.json(result.content)
})

/** Works with the client of the MCP SDK, which needs no login of its own. */
async function withClient<T>(
  { details, fetch }: { details: { url: string }; fetch: typeof globalThis.fetch },
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ name: 'agent', version: '1.0.0' })
  await client.connect(
    new StreamableHTTPClientTransport(new URL(details.url), { fetch }),
  )
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

export default app
