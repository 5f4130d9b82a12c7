import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, it } from 'vitest'
import { freePort, listen } from './support/free-port.ts'
import { allow, Visitor } from './support/visitor.ts'

const START = fileURLToPath(new URL('../../../scripts/start.ts', import.meta.url))

const started: ChildProcess[] = []
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  }
})

/** Runs the script of `pnpm start`. */
function start(env: Record<string, string>) {
  const child = spawn('node', [START], { env: { ...process.env, ...env }, stdio: 'pipe' })
  started.push(child)
  let output = ''
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (output.includes('Ready.')) resolve()
      })
    }
    child.once('exit', () => reject(new Error(output)))
  })
  return { child, ready, output: () => output }
}

describe('pnpm start', () => {
  it('refuses one port for two servers', async ({ expect }) => {
    const { ready } = start({ PORT: '9000', EMULATOR_PORT: '9000' })
    await expect(ready).rejects.toThrow('PORT, MCP_PORT and EMULATOR_PORT must be different.')
  })

  it('serves login, sites and disconnect under wrangler dev, and ends with Ctrl-C', async ({ expect }) => {
    const [port, mcpPort, emulatorPort] = [await freePort(), await freePort(), await freePort()]
    const { child, ready, output } = start({
      PORT: String(port),
      MCP_PORT: String(mcpPort),
      EMULATOR_PORT: String(emulatorPort),
    })
    await ready
    const origin = `http://localhost:${port}`
    const mcpOrigin = `http://localhost:${mcpPort}`
    const emulator = `http://localhost:${emulatorPort}`
    expect(output()).toContain(
      `Open ${origin}\nControl the providers at ${emulator}\nAn MCP server is at ${mcpOrigin}/mcp\n`,
    )

    const metadata = await (await fetch(`${mcpOrigin}/.well-known/oauth-protected-resource/mcp`)).json()
    expect(metadata).toMatchObject({ resource: `${mcpOrigin}/mcp`, authorization_servers: [mcpOrigin] })

    const person = new Visitor(origin)
    const login = await person.get('/auth/webflow/login?return_to=/')
    const location = login.headers.get('location') ?? ''
    expect(location).toMatch(new RegExp(`^${emulator}/webflow\\.com/oauth/authorize\\?`))
    expect(await (await fetch(location)).text()).toContain('Allow Site Connector to access')
    await person.get(await allow(location))
    expect(await (await person.get('/')).text()).toContain('Acme Bakery')
    const { connections } = (await (await person.get('/auth/connections')).json()) as {
      connections: { id: string }[]
    }
    const path = `/auth/connections/${connections[0]?.id}/revoke`
    const outcome = await (await person.post(path, {}, 'application/json')).json()
    expect(outcome).toEqual({ outcome: 'revoked' })

    const log = await (await fetch(`${emulator}/_emulator/requests`)).json()
    const { requests } = log as { requests: { path: string }[] }
    const count = (name: string) => requests.filter((request) => request.path === name).length
    expect(count('/oauth/access_token')).toBe(1)
    expect(count('/oauth/revoke_authorization')).toBe(1)

    const exited = once(child, 'exit')
    child.kill('SIGINT')
    expect(await exited).toEqual([0, null])
    for (const address of [origin, mcpOrigin, emulator]) await expect(fetch(address)).rejects.toThrow()
  }, 60_000)

  for (const name of ['PORT', 'MCP_PORT', 'EMULATOR_PORT']) {
    it(`names a busy ${name}, and the command with another port`, async ({ expect, onTestFinished }) => {
      const busy = await listen()
      onTestFinished(() => void busy.server.close())
      const { child, ready, output } = start({
        PORT: String(await freePort()),
        MCP_PORT: String(await freePort()),
        EMULATOR_PORT: String(await freePort()),
        [name]: String(busy.port),
      })
      const exited = once(child, 'exit')
      await expect(ready).rejects.toThrow(`Port ${busy.port} is already in use.`)
      expect(output()).toContain(`${name}=${busy.port + 1} npx -y pnpm@12 start`)
      expect((await exited)[0]).toBe(1)
    })

    it(`refuses a ${name} that is not a port number`, async ({ expect }) => {
      const { ready } = start({ [name]: 'eighty' })
      await expect(ready).rejects.toThrow(`${name} must be a port number from 1 to 65535.`)
    })
  }
})
