import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { afterAll, expect, it } from 'vitest'
import { freePort } from '../../site-connector/test/support/free-port.ts'

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const started: ChildProcess[] = []
afterAll(async () => {
  for (const child of started.toReversed().filter(({ exitCode }) => exitCode === null)) {
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  }
})

/** A program, and what it has printed since the last look. */
function run(script: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [pathOf(script), ...args], { env: { ...process.env, ...env }, stdio: 'pipe' })
  started.push(child)
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (printed += text))
  return {
    async prints(expected: RegExp): Promise<string> {
      while (!expected.test(printed)) {
        if (child.exitCode !== null) throw new Error(printed)
        await once(child.stdout, 'data')
      }
      const text = printed
      printed = ''
      return text
    },
    type: (line: string) => child.stdin.write(`${line}\n`),
  }
}

const press = async (page: Page, name: string | RegExp) => {
  await page.getByRole('button', { name }).click()
  await page.waitForLoadState()
}

it.skipIf(!existsSync(CHROMIUM))('a newcomer calls a tool, and its token is renewed once', async () => {
  const [port, mcpPort, emulatorPort] = [await freePort(), await freePort(), await freePort()]
  const [origin, emulator] = [`http://localhost:${mcpPort}`, `http://localhost:${emulatorPort}/_emulator`]
  const ports = { PORT: String(port), MCP_PORT: String(mcpPort), EMULATOR_PORT: String(emulatorPort) }
  const servers = run('../../../scripts/start.ts', [], ports)
  await servers.prints(/Ready/)

  const client = run('../scripts/client.ts', [origin])
  const [url = ''] = /http\S+authorize\S+/.exec(await client.prints(/authorize\S+\s/)) ?? []
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ javaScriptEnabled: false })
    await page.goto(url)
    expect(await page.getByRole('heading').textContent()).toBe('Let Client for a terminal use your account?')
    await page.screenshot({ path: pathOf('../test-output/consent.png') })
    await press(page, 'Allow, and choose an account at Wix')
    await press(page, 'Install')
    expect(await page.textContent('body')).toBe('Go back to the terminal.')
    await client.prints(/list_sites: [\s\S]*> $/)

    const listSites = async () => {
      client.type('list_sites')
      expect(await client.prints(/> $/)).toContain("name: 'Mysite 34'")
    }
    await listSites()
    const post = (path: string, body: object) =>
      fetch(`${emulator}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      })
    expect((await post('/clock', { advanceSeconds: 5 * 60 * 60 })).status).toBe(200)
    await fetch(`${emulator}/requests`, { method: 'DELETE' })
    await listSites()
    const { requests } = (await (await fetch(`${emulator}/requests`)).json()) as { requests: { path: string }[] }
    expect(requests.map(({ path }) => path)).toEqual(['/apps/v1/instance', '/oauth2/token', '/apps/v1/instance'])

    await page.goto(origin)
    await press(page, 'Disconnect Mysite 34 at wix, for every client')
    expect(await page.textContent('body')).toContain('You have connected no account yet.')
    client.type('list_sites')
    expect(await client.prints(/> $/)).not.toContain('Mysite 34')
  } finally {
    await browser.close()
  }
})
