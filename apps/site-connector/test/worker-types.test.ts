import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PACKAGE = fileURLToPath(new URL('../../../packages/hono-oauth/', import.meta.url))
const bin = (name: string, file: string) =>
  join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file)
const WRANGLER = bin('wrangler', 'bin/wrangler.js')
const TSC = bin('typescript', 'bin/tsc')

const BINDINGS = {
  name: 'connector',
  main: 'src/index.ts',
  compatibility_date: '2026-07-01',
  kv_namespaces: [{ binding: 'TOKENS' }],
  durable_objects: { bindings: [{ name: 'CONNECTIONS', class_name: 'OAuthConnections' }] },
  migrations: [{ tag: 'v1', new_sqlite_classes: ['OAuthConnections'] }],
  secrets: { required: ['PUBLIC_ORIGIN', 'OAUTH_KEYS', 'WEBFLOW_CLIENT_ID', 'WEBFLOW_CLIENT_SECRET'] },
}
const COMPILER = {
  ...{ target: 'es2024', module: 'esnext', moduleResolution: 'bundler', lib: ['es2024'], types: [] },
  ...{ strict: true, noEmit: true, skipLibCheck: false },
}
/** What the README's chapter on Durable Objects adds to the quick start. */
const OBJECTS = `
import { connectionsObject } from 'hono-oauth/durable-object'
export class OAuthConnections extends connectionsObject(oauth) {}
`

/** Runs a command of Node in a folder; its output is the message of a failure. */
async function run(cwd: string, script: string, ...args: string[]): Promise<void> {
  const environment = { ...process.env, WRANGLER_SEND_METRICS: 'false' }
  await promisify(execFile)(process.execPath, [script, ...args], { cwd, env: environment }).catch((error) => {
    throw new Error(error.stdout + error.stderr)
  })
}

let app: string
beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'worker-types-'))
  const modules = join(app, 'node_modules')
  await mkdir(join(modules, 'hono-oauth'), { recursive: true })
  for (const name of ['hono', 'jose']) {
    await symlink(join(PACKAGE, 'node_modules', name), join(modules, name))
  }
  const { publishConfig, ...manifest } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8'))
  await writeFile(
    join(modules, 'hono-oauth/package.json'),
    JSON.stringify({ ...manifest, exports: publishConfig.exports }),
  )
  await run(PACKAGE, TSC, '-p', 'tsconfig.build.json', '--outDir', join(modules, 'hono-oauth/dist'))
  const quickStart = await readFile(join(PACKAGE, 'test/readme/quick-start.ts'), 'utf8')
  await mkdir(join(app, 'src'))
  await writeFile(join(app, 'src/index.ts'), quickStart + OBJECTS)
  await writeFile(join(app, 'wrangler.json'), JSON.stringify(BINDINGS))
  await writeFile(
    join(app, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER, include: ['src', 'worker-configuration.d.ts'] }),
  )
  await run(app, WRANGLER, 'types')
})
afterAll(() => rm(app, { recursive: true }))

describe('the published types, beside those that `wrangler types` writes', () => {
  it('compile with an entry that exports oauth, also when libraries are checked', async () => {
    await run(app, TSC, '-p', app)
    const written = await readFile(join(app, 'worker-configuration.d.ts'), 'utf8')
    expect(written).toContain('mainModule: typeof import("./src/index")')
  })
})
