// An MCP client for a terminal: it signs in by a browser, and then calls the tools that are typed.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { CALLBACK, call, McpClient } from './mcp-client.ts'

const [origin = 'http://localhost:8788'] = process.argv.slice(2)

/** Waits for the browser of the person to come back. */
async function consent(authorizationUrl: URL): Promise<URL> {
  const { hostname, port } = new URL(CALLBACK)
  const server = createServer().listen(Number(port), hostname)
  console.log(`Open this in a browser:\n${authorizationUrl}\n`)
  const [request, answer] = await once(server, 'request')
  answer.writeHead(200, { connection: 'close' }).end('Go back to the terminal.', () => server.close())
  return new URL(request.url, CALLBACK)
}

const client = await new McpClient({ origin, fetch }, 'Client for a terminal', consent).connect()
const { tools } = await client.listTools()
console.log(tools.map(({ name, description }) => `${name}: ${description}`).join('\n'))
console.log('\nType a tool, and after it its arguments as JSON: list_collections {"site":"…"}')
const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' })
terminal.prompt()
for await (const line of terminal) {
  const [, name, json = '{}'] = /^\s*(\w+)\s*(\{.*\})?\s*$/.exec(line) ?? []
  if (name) {
    const answer = await call(client, name, JSON.parse(json)).catch((error: Error) => error.message)
    console.log(answer)
  }
  terminal.prompt()
}
