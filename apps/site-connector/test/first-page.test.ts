import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createBrowser } from 'hono-oauth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from './support/free-port.ts'
import { makeFolder, WRANGLER } from './support/installed-packages.ts'
import { prints } from './support/prints.ts'

const README = new URL('../../../packages/hono-oauth/README.md', import.meta.url)
const STORE = '  store: kvStore(env.TOKENS),\n'
const KEY = '$(openssl rand -base64 32)'

let folder: string
const started: ChildProcess[] = []
beforeAll(async () => {
  folder = await makeFolder('hono-oauth', 'provider-emulator')
  await mkdir(join(folder, 'src'))
})
afterAll(async () => {
  await Promise.all(started.map(end))
  await rm(folder, { recursive: true })
})

/** Starts a server in the folder; returns when it prints a text. */
async function start(script: string, args: readonly string[], ready: string, env: object = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  await prints(child, ready)
  return child
}

/** Ends a server as Ctrl-C does. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGINT')
  await exited
}

/** The first chapter of the README, with free ports in place of those that it names. */
async function readChapter() {
  const [port, emulatorPort] = [await freePort(), await freePort()]
  const [, rest = ''] = (await readFile(README, 'utf8')).split('\n## From an empty folder\n')
  const [named = ''] = rest.split('\n## ')
  const chapter = named
    .replaceAll('localhost:8787', `localhost:${port}`)
    .replaceAll('localhost:9000', `localhost:${emulatorPort}`)
  const blocks = [...chapter.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
  const code = (language: string) => blocks.findLast(([, of]) => of === language)?.[2] ?? ''
  /** The parts of the chapter that the groups of an expression name. */
  const told = (text: RegExp) => text.exec(chapter)?.slice(1) ?? []
  return { port, emulatorPort, code, told }
}

it('the first page of the README leads from an empty folder, over a wrong secret, to a connected account', async () => {
  const { port, emulatorPort, code, told } = await readChapter()
  const write = (name: string, text: string) => writeFile(join(folder, name), text)

  expect(code('ts')).toContain(STORE)
  const [line] = told(/add a line\sbelow `store`: `(.+?)`/)
  await write('src/index.ts', code('ts').replace(STORE, `${STORE}  ${line}\n`))
  const settings = code('sh').replace(KEY, randomBytes(32).toString('base64'))
  const files = [...settings.matchAll(/^cat > (\S+) <<END\n(.*?)^END$/gms)]
  expect(files.map(([, name]) => name)).toEqual(['wrangler.jsonc', '.dev.vars'])
  for (const [, name = '', text = ''] of files) await write(name, text)

  const [, credentials = '', command = ''] = /^((?:\w+=\S+ )+)npx (.+)\n$/m.exec(settings) ?? []
  const installed = join(folder, 'node_modules', command)
  const { bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  const origin = `http://localhost:${port}`
  await start(
    join(installed, bin[command]),
    [
      ...['--port', String(emulatorPort), '--consent', 'auto'],
      ...['--redirect-uri', `${origin}/auth/webflow/callback`],
    ],
    'listening on',
    Object.fromEntries(new URLSearchParams(credentials.trim().replaceAll(' ', '&'))),
  )
  const startWorker = () => start(WRANGLER, ['dev', '--port', String(port)], 'Ready on')
  const worker = await startWorker()
  const browser = createBrowser({ origin, fetch, providers: fetch })
  const [address = ''] = told(/Open `(.+?)`/)
  const printed = prints(worker, /hono-oauth .*(?=\n)/)
  const refusal = await browser.open(address)
  expect(`${await printed}\n`).toBe(code(''))
  expect(refusal.status).toBe(502)
  const [, advice] = /(Webflow said .*)\n/.exec(code('')) ?? []
  expect(await refusal.text()).toContain(`For the developer: ${advice}`)

  await end(worker)
  const [wrong = '', right = ''] = told(/In `.dev.vars` change `(.+?)` to `(.+?)`/)
  await write('.dev.vars', (await readFile(join(folder, '.dev.vars'), 'utf8')).replace(wrong, right))
  await startWorker()
  const sites = await browser.open(address)
  expect(browser.url).toBe(`${origin}/sites`)
  expect(await sites.json()).toMatchObject({ sites: [{ displayName: 'Acme Bakery' }, {}, {}] })
})
