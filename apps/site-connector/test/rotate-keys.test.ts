import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Miniflare } from 'miniflare'
import { createEmulator, DEFAULT_WEBFLOW_CLIENT } from 'provider-emulator'
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'
import { dryRunDeploy } from './support/dry-run-deploy.ts'
import { allow, Visitor } from './support/visitor.ts'

const COMMAND = fileURLToPath(new URL('../scripts/rotate-keys.ts', import.meta.url))
const CONFIG = fileURLToPath(new URL('../wrangler.jsonc', import.meta.url))
const ORIGIN = 'https://connector.example'
const [A, B, C] = [1, 2, 3].map(() => randomBytes(32).toString('base64')) as [string, string, string]
const CLIENT = { ...DEFAULT_WEBFLOW_CLIENT, redirectUris: [`${ORIGIN}/auth/webflow/callback`] }
const emulator = createEmulator({ webflow: { clients: [CLIENT] } })
const provider = (url: string, init: RequestInit) => emulator.fetch(new Request(url, init))

let script: string
let state: string
beforeAll(async () => {
  script = (await dryRunDeploy()).script
})
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'site-connector-'))
})
const running: Miniflare[] = []
const stop = () => Promise.all(running.splice(0).map((worker) => worker.dispose()))
afterEach(async () => {
  await stop()
  await rm(state, { recursive: true })
})
afterAll(stop)

/** Runs the sample Worker with these keys over the state of `wrangler dev`, and stops it again. */
async function withWorker(
  keys: string,
  act: (send: (url: string, init: RequestInit) => Promise<Response>) => Promise<unknown>,
): Promise<void> {
  const [namespace] = readConfig({ config: CONFIG }).kv_namespaces
  const worker = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-01',
    defaultPersistRoot: join(state, 'v3'),
    kvNamespaces: { TOKENS: namespace?.id ?? 'TOKENS' },
    durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
    bindings: {
      PUBLIC_ORIGIN: ORIGIN,
      OAUTH_KEYS: keys,
      WEBFLOW_CLIENT_ID: CLIENT.id,
      WEBFLOW_CLIENT_SECRET: CLIENT.secret,
      WIX_APP_ID: 'wix-app',
      WIX_APP_SECRET: 'wix-secret',
      WIX_PUBLIC_KEY: await emulator.control.wix.publicKey(),
    },
    outboundService: ((request: Request) => emulator.fetch(request)) as never,
  })
  running.push(worker)
  await act(async (url, init) => (await worker.dispatchFetch(url, init as never)) as never)
  await stop()
}

/** Runs the command; returns its output and its exit code. */
function rotateKeys(keys: string | undefined, ...args: string[]) {
  const env = { ...process.env, WEBFLOW_CLIENT_ID: CLIENT.id, WIX_APP_ID: 'wix-app', OAUTH_KEYS: keys }
  return new Promise<{ output: string; code: unknown }>((resolve) => {
    execFile('node', [COMMAND, ...args], { env }, (error, stdout, stderr) =>
      resolve({ output: stdout + stderr, code: error?.code ?? 0 }),
    )
  })
}

const counted = (resealed: number, unchanged: number, unreadable: number) =>
  `${resealed} resealed with the newest key\n${unchanged} already sealed with the newest key\n` +
  `${unreadable} not readable: damaged, or sealed with a key that OAUTH_KEYS lacks\n`

describe('the command rotate-keys', () => {
  it('reseals stored connections with the newest key, so that the old key can be removed', async ({ expect }) => {
    let person = new Visitor(ORIGIN)
    await withWorker(A, async (send) => {
      person = new Visitor(ORIGIN, send)
      const login = await person.get('/auth/webflow/login')
      await person.get(await allow(login.headers.get('location') ?? '', provider))
    })
    /** Lists the sites in the same browser, from an app with these keys. */
    async function sites(keys: string): Promise<unknown> {
      let answer: unknown
      await withWorker(keys, async (send) => {
        const again = new Visitor(ORIGIN, send, person.cookies)
        answer = await (await again.get('/api/webflow/sites', '*/*')).json()
      })
      return answer
    }
    const connected = {
      sites: expect.arrayContaining([expect.objectContaining({ id: expect.any(String) })]),
    }
    // A visit reseals the visitor's cookie, but nothing in the store.
    expect(await sites(`${B},${A}`)).toEqual(connected)

    const rotate = (keys: string) => rotateKeys(keys, '--persist-to', state)
    expect(await rotate(`${B},${A}`)).toEqual({ output: counted(1, 0, 0), code: 0 })
    expect(await rotate(`${B},${A}`)).toEqual({ output: counted(0, 1, 0), code: 0 })
    expect(await sites(B)).toEqual(connected)
    const lost = await rotate(C)
    expect(lost.output).toContain(counted(0, 0, 1))
    expect(lost.output).toMatch(/the stored value of webflow\.[\w.-]+ does not open/)
    for (const secret of [A, B, C]) expect(lost.output).not.toContain(secret)
    expect(lost.code).toBe(1)
    expect(await sites(B)).toEqual(connected)
  }, 120_000)

  it('names a wrong setting, never its value', async ({ expect }) => {
    const { output, code } = await rotateKeys(`${B},hunter22`, '--persist-to', state)
    expect(output).toContain('keys[1] is not 32 bytes')
    for (const secret of [B, 'hunter22']) expect(output).not.toContain(secret)
    expect(code).toBe(1)
  })

  it('reads the keys of a deployment only from OAUTH_KEYS', async ({ expect }) => {
    const { output, code } = await rotateKeys('', '--remote')
    expect(output).toBe('Set OAUTH_KEYS to the keys of the deployment, newest first.\n')
    expect(code).toBe(1)
  })
})
