import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Hono } from 'hono'
import { createOAuth, type Store } from 'hono-oauth'
import { mcp } from 'hono-oauth/providers/mcp'
import { KEY, ORIGIN } from '../rig/constants.ts'

interface Place {
  readonly openStore: (env: never) => Store
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
}

/** An app that connects any MCP server, and calls its tools with the client of the MCP SDK. */
export function createApp({ openStore, fetch }: Place) {
  let offsetSeconds = 0
  const oauth = createOAuth((env: never) => ({
    origin: ORIGIN,
    keys: KEY,
    providers: { mcp: mcp({ clientName: 'Agent' }) },
    store: openStore(env),
    fetch,
    now: () => Date.now() + offsetSeconds * 1000,
  }))
  const app = new Hono()
  app.route('/auth', oauth.routes)
  app.post('/advance/:seconds', (c) => {
    offsetSeconds += Number(c.req.param('seconds'))
    return c.body(null)
  })
  /** Calls tools at once, with one client. */
  app.get('/call/:tools', oauth.require('mcp'), async (c) => {
    const { fetch, details } = c.var.connection
    const client = new Client({ name: 'agent', version: '1.0.0' })
    await client.connect(new StreamableHTTPClientTransport(new URL(details.url), { fetch }))
    const calls = c.req
      .param('tools')
      .split(',')
      .map((name) => client.callTool({ name }))
    const results = await Promise.all(calls)
    await client.close()
    return c.json(results.map(({ content }) => content))
  })
  app.onError((error, c) => oauth.errorResponse(c, error as never))
  return { oauth, app }
}
