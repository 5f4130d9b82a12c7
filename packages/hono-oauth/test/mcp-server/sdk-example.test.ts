import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { mcp } from 'hono-oauth/providers/mcp'
import { memoryStore } from 'hono-oauth/stores/memory'
import { createBrowser } from 'hono-oauth/testing'
import { afterAll, expect, it } from 'vitest'
import { KEY } from '../rig/constants.ts'

const ORIGIN = 'http://localhost:8787'
const EXAMPLE = import.meta.resolve('@modelcontextprotocol/sdk/examples/server/simpleStreamableHttp.js')
// The example listens on every interface of the machine.
const ON_LOOPBACK = `import { Server } from 'node:net'
const { listen } = Server.prototype
Server.prototype.listen = function (port, ...rest) { return listen.call(this, Number(port), '127.0.0.1', ...rest) }`

let example: ChildProcess | undefined
afterAll(async () => {
  if (!example || example.exitCode !== null) return
  example.kill()
  await once(example, 'exit')
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts the SDK's example of an MCP server, with its example of an authorization server; returns its URL. */
async function startExample(): Promise<string> {
  const [port, authPort] = [await freePort(), await freePort()]
  const preload = `data:text/javascript,${encodeURIComponent(ON_LOOPBACK)}`
  // It takes only tokens that were requested for it (RFC 8707).
  const child = spawn(process.execPath, ['--import', preload, fileURLToPath(EXAMPLE), '--oauth', '--oauth-strict'], {
    env: { ...process.env, MCP_PORT: String(port), MCP_AUTH_PORT: String(authPort) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  example = child
  let printed = ''
  child.stdout.setEncoding('utf8')
  while (printed.split('listening on port').length < 3) {
    const [text] = await once(child.stdout, 'data')
    printed += text
  }
  child.stdout.resume()
  return `http://localhost:${port}/mcp`
}

it("connects to the SDK's own example of a server and an authorization server, by registration", async () => {
  const url = await startExample()
  const oauth = createOAuth(() => ({ origin: ORIGIN, keys: KEY, providers: { mcp: mcp() }, store: memoryStore() }))
  const app = new Hono()
  app.route('/auth', oauth.routes)
  app.get('/tools', oauth.require('mcp'), async (c) => {
    const { fetch } = c.var.connection
    const client = new Client({ name: 'agent', version: '1.0.0' })
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch }))
    const { content } = await client.callTool({ name: 'greet', arguments: { name: 'Ada' } })
    await client.close()
    return c.json(content)
  })
  const browser = createBrowser({
    origin: ORIGIN,
    fetch: (request) => app.fetch(request),
    providers: (request) => fetch(request, { redirect: 'manual' }),
  })
  const tools = await browser.open(`/auth/mcp/login?${new URLSearchParams({ url, return_to: '/tools' })}`)
  expect(await tools.json()).toEqual([{ type: 'text', text: 'Hello, Ada!' }])
})
