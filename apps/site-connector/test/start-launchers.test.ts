import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { launchers } from '../../../scripts/launchers.ts'
import { freePort, listen } from './support/free-port.ts'
import { prints } from './support/prints.ts'

const pathOf = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url))

// As npx does: it names itself, and a shell that outlives it runs the script.
const LAUNCHER = `
process.title = 'npm exec pnpm@12 start'
require('node:child_process').spawn('sh', ['-c', 'node "$0"; true', process.argv[1]], { stdio: 'inherit' })
`

describe('what started pnpm start', () => {
  it.each([
    ['npx', ['sh -c node scripts/start.ts', 'pnpm start', "sh -c 'pnpm' start", 'npm exec pnpm@12 start', '-bash'], 4],
    ['pnpm', ['sh -c node scripts/start.ts', '/usr/bin/pnpm start', '-zsh', 'tmux'], 2],
    [
      'npx that a shell has put in the background',
      ['pnpm start', 'npm exec pnpm@12', 'bash -c npx pnpm@12 start &'],
      2,
    ],
    ['pnpm as a Node script', ['sh -c x', 'node /usr/lib/node_modules/pnpm/bin/pnpm.cjs start', 'systemd'], 2],
    ['a terminal', ['-bash', 'sshd: person'], 0],
  ])('is %s', (_name, commands, count) => {
    expect(launchers(commands.map((command, index) => ({ pid: 100 + index, command })))).toHaveLength(count)
  })

  it('ends both servers when it alone is killed', async () => {
    const [port, emulatorPort] = [await freePort(), await freePort()]
    const launcher = spawn('node', ['-e', LAUNCHER, pathOf('scripts/start.ts')], {
      env: {
        ...process.env,
        PORT: String(port),
        MCP_PORT: String(await freePort()),
        EMULATOR_PORT: String(emulatorPort),
      },
      stdio: 'pipe',
    })
    await prints(launcher, 'Ready.')
    launcher.kill('SIGKILL')
    // Its output closes when no process holds it any more.
    await once(launcher, 'close')
    for (const each of [port, emulatorPort]) await expect(fetch(`http://localhost:${each}`)).rejects.toThrow()
  })
})

describe('the question to the registry', () => {
  const ask = (env: Record<string, string>) =>
    spawn('node', [pathOf('scripts/ask-registry.mjs')], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: 'pipe',
    })

  it('tells within 5 seconds that there is no answer', async ({ onTestFinished }) => {
    const silent = await listen()
    onTestFinished(() => void silent.server.close())
    const startedAt = Date.now()
    const child = ask({ npm_config_registry: `http://127.0.0.1:${silent.port}/` })
    await prints(child, `The registry does not answer (127.0.0.1:${silent.port}: ETIMEDOUT).`)
    expect(Date.now() - startedAt).toBeLessThan(5000)
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('tells that there is no server, and asks the proxy where there is one', async () => {
    const port = await freePort()
    const child = ask({ npm_config_registry: 'http://registry.invalid/', HTTPS_PROXY: `http://127.0.0.1:${port}` })
    await prints(child, `(127.0.0.1:${port}: ECONNREFUSED)`)
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('says nothing about a server that answers', async ({ onTestFinished }) => {
    const { server, port } = await listen()
    server.on('connection', (socket) => socket.end('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n'))
    onTestFinished(() => void server.close())
    const child = ask({ npm_config_registry: `http://127.0.0.1:${port}/` })
    await expect(prints(child, 'registry')).rejects.toThrow(/^$/)
    expect(child.exitCode).toBe(0)
  })
})

it('compares the dependencies with the Node that the workspace brings', () => {
  const { node } = JSON.parse(readFileSync(pathOf('package.json'), 'utf8')).devDependencies
  expect(readFileSync(pathOf('pnpm-workspace.yaml'), 'utf8')).toContain(`nodeVersion: ${node}\n`)
})
