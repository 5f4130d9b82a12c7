import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { CALLBACK, CLIENT, JSON_TYPE } from './support.ts'

type Child = ChildProcessByStdio<null, Readable, Readable>

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const running: Child[] = []
const FLAGS = [
  '--port',
  '--host',
  '--consent',
  '--app-name',
  '--slow-seconds',
  '--fixtures',
  '--redirect-uri',
  '--webhook-url',
  '--wix-webhook-url',
  '--wix-redirect-url',
  '--wix-app-url',
  'WEBFLOW_CLIENT_ID',
  'WIX_APP_ID',
  'WIX_PRIVATE_KEY',
  '--example-redirect-uri',
  '--provider-redirect-uri',
  'EXAMPLE_CLIENT_ID',
]

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
  }
})

function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  return { child, output }
}

async function finish(args: readonly string[]) {
  const { child, output } = start(args)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}

/** Waits for the line with the server's URL. */
async function listen(args: readonly string[], env?: Record<string, string>) {
  const { child, output } = start(['--port', '0', ...args], env)
  while (!output.stdout.includes('\n')) {
    const closed = once(child, 'close').then(() => {
      throw new Error(`It ended: ${output.stderr}`)
    })
    await Promise.race([once(child.stdout, 'data'), closed])
  }
  const url = /^Provider emulator listening on (http:\/\/\S+:\d+)\n$/.exec(output.stdout)?.[1]
  return { child, output, url: url ?? '' }
}

const authorizePath = (clientId: string, redirectUri: string) =>
  `/webflow.com/oauth/authorize?response_type=code&scope=sites%3Aread&client_id=${clientId}` +
  `&redirect_uri=${encodeURIComponent(redirectUri)}`

describe('command line', () => {
  it('prints the real port, and ends on SIGTERM with open connections', async () => {
    const { child, output, url } = await listen([])
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    await fetch(`${url}/_emulator/scenarios/webflow/token-endpoint-slow`, { method: 'PUT', headers: JSON_TYPE })
    const hanging = fetch(`${url}/api.webflow.com/oauth/access_token`, { method: 'POST' })
    const broken = expect(hanging).rejects.toThrow()
    // The log shows the request while it waits for its response.
    let requests = 0
    while (requests === 0) {
      const log = await (await fetch(`${url}/_emulator/requests`)).json()
      requests = (log as { requests: unknown[] }).requests.length
    }
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
    await broken
    expect(output.stderr).toBe('')
  })

  it('reads fixtures from a file, and names what is wrong in it', async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'fixtures-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'people.json')
    const write = (text: string) => writeFileSync(file, text)
    write('{"sites": [{"name": "My Site"}]}')
    const { url } = await listen(['--fixtures', file])
    const page = await fetch(`${url}${authorizePath(CLIENT.id, CALLBACK)}`)
    expect(await page.text()).toContain('My Site')
    write('{"sites": [{"nam": "My Site"}]}')
    const unknown = await finish(['--fixtures', file])
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('fixtures.sites[0] has an unknown member'),
    ])
    write('{')
    expect((await finish(['--fixtures', file])).stderr).toContain(`--fixtures: ${file} is not valid JSON`)
    expect((await finish(['--fixtures', `${file}x`])).stderr).toContain(`--fixtures: ${file}x cannot be read`)
  })

  it('ends on SIGINT', async () => {
    const { child } = await listen([])
    child.kill('SIGINT')
    expect(await once(child, 'close')).toEqual([0, null])
  })

  it('shows a consent page by default, for the default client', async () => {
    const { url } = await listen([])
    const response = await fetch(`${url}${authorizePath(CLIENT.id, CALLBACK)}`)
    expect(await response.text()).toContain('Emulated Webflow')
  })

  it('shows the name of the app and the webhook URLs, and is as slow as it is told', async () => {
    const { url } = await listen([
      ...['--app-name', 'My <App>', '--slow-seconds', '0.01'],
      ...['--webhook-url', 'http://localhost:3000/hook', '--wix-webhook-url', 'https://app.example/wix'],
    ])
    const text = async (path: string) => (await fetch(`${url}${path}`)).text()
    expect(await text(authorizePath(CLIENT.id, CALLBACK))).toContain('Allow My &lt;App&gt; to access')
    expect(await text('/')).toContain('value="http://localhost:3000/hook"')
    await fetch(`${url}/_emulator/wix/install`, { method: 'POST', headers: JSON_TYPE })
    expect(await text('/')).toContain('value="https://app.example/wix"')
    await fetch(`${url}/_emulator/scenarios/webflow/token-endpoint-slow`, { method: 'PUT', headers: JSON_TYPE })
    expect((await fetch(`${url}/api.webflow.com/oauth/access_token`, { method: 'POST' })).status).toBe(400)
  })

  it('accepts consent, redirect URIs, host and credentials', async () => {
    const uris = ['http://localhost:3000/a', 'https://app.example/b']
    const options = ['--consent', 'auto', '--host', 'localhost']
    const { url } = await listen([...options, ...uris.flatMap((uri) => ['--redirect-uri', uri])], {
      WEBFLOW_CLIENT_ID: 'my-id',
      WEBFLOW_CLIENT_SECRET: 'my-secret',
    })
    expect(url).toMatch(/^http:\/\/localhost:/)
    for (const uri of uris) {
      const path = authorizePath('my-id', uri)
      const response = await fetch(`${url}${path}`, { redirect: 'manual' })
      const location = response.headers.get('Location') ?? ''
      expect(location).toMatch(`${uri}?code=`)
      const answer = await fetch(`${url}/api.webflow.com/oauth/access_token`, {
        method: 'POST',
        body: new URLSearchParams({
          client_id: 'my-id',
          client_secret: 'my-secret',
          code: new URL(location).searchParams.get('code') ?? '',
          redirect_uri: uri,
        }),
      })
      expect(answer.status).toBe(200)
    }
  })

  it('accepts URLs, credentials and the key of the Wix app', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const redirects = ['http://localhost:3000/a', 'https://app.example/b']
    const { url } = await listen(
      [
        ...['--consent', 'auto', '--wix-app-url', 'http://localhost:3000/start'],
        ...redirects.flatMap((redirect) => ['--wix-redirect-url', redirect]),
      ],
      { WIX_APP_ID: 'my-app', WIX_APP_SECRET: 'my-secret', WIX_PRIVATE_KEY: privateKey },
    )
    for (const redirectUrl of redirects) {
      const query = new URLSearchParams({ appId: 'my-app', redirectUrl })
      const page = `${url}/www.wix.com/installer/install?${query}`
      const response = await fetch(page, { redirect: 'manual' })
      expect(response.headers.get('Location')).toMatch(`${redirectUrl}?code=`)
    }
    const install = await fetch(`${url}/_emulator/wix/install`, { method: 'POST', headers: JSON_TYPE })
    const { location, instanceId } = (await install.json()) as Record<string, string>
    expect(location).toMatch('http://localhost:3000/start?token=')
    const answer = await fetch(`${url}/www.wixapis.com/oauth2/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: 'my-app',
        client_secret: 'my-secret',
        instance_id: instanceId,
      }),
    })
    expect(answer.status).toBe(200)
    const key = await fetch(`${url}/_emulator/wix/public-key`)
    expect(await key.text()).toBe(publicKey)
  })

  it('accepts redirect URIs and credentials of the client of oauth.example', async () => {
    const uris = ['http://localhost:3000/a', 'https://app.example/b']
    const options = ['--consent', 'auto', ...uris.flatMap((uri) => ['--example-redirect-uri', uri])]
    const { url } = await listen(options, {
      EXAMPLE_CLIENT_ID: 'my-id',
      EXAMPLE_CLIENT_SECRET: 'my-secret',
    })
    const code_verifier = 'v'.repeat(43)
    for (const redirect_uri of uris) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: 'my-id',
        redirect_uri,
        code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
        code_challenge_method: 'S256',
      })
      const page = `${url}/oauth.example/authorize?${query}`
      const response = await fetch(page, { redirect: 'manual' })
      const location = response.headers.get('Location') ?? ''
      expect(location).toMatch(`${redirect_uri}?code=`)
      const answer = await fetch(`${url}/oauth.example/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: 'my-id',
          client_secret: 'my-secret',
          code: new URL(location).searchParams.get('code') ?? '',
          redirect_uri,
          code_verifier,
        }),
      })
      expect(answer.status).toBe(200)
    }
    const grants = await fetch(`${url}/_emulator/oauth.example/grants`)
    expect(await grants.json()).toMatchObject({ grants: [{ alive: true }, { alive: true }] })
  })

  it('prints the help', async () => {
    const { code, stdout, stderr } = await finish(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const flag of FLAGS) {
      expect(stdout).toContain(flag)
    }
  })

  it.each([
    [['--prot', '9000'], '--prot'],
    [['9000'], '9000'],
    [['--port', 'x'], '--port must be a number'],
    [['--port', '65536'], '--port must be a number'],
    [['--host', '0.0.0.0'], '--host must be one of'],
    [['--consent', 'maybe'], '--consent must be'],
    [['--app-name', ''], '--app-name must not be empty'],
    [['--slow-seconds=-1'], '--slow-seconds must be a number'],
    [['--slow-seconds=soon'], '--slow-seconds must be a number'],
    [['--webhook-url', 'http://app.example/hook'], '"webhookUrl"'],
    [['--wix-webhook-url', 'hook'], '"webhookUrl"'],
    [['--redirect-uri', 'http://app.example/cb'], 'must use https'],
    [['--wix-redirect-url', 'http://app.example/cb'], 'must use https'],
    [['--wix-app-url', 'login'], '"appUrl"'],
    [['--example-redirect-uri', 'http://app.example/cb'], 'must use https'],
    [['--provider-redirect-uri', 'http://localhost/cb'], 'must be <name>=<uri>'],
    [['--provider-redirect-uri', 'nobody=http://localhost/cb'], 'nobody'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await finish(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/\n {4}at /)
  })

  it('reports a port that is in use', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const address = blocker.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const { code, stderr } = await finish(['--port', port])
    blocker.close()
    expect(code).toBe(1)
    expect(stderr).toMatch(`Port ${port} is already in use`)
    expect(stderr).not.toMatch(/\n {4}at /)
  })
})
