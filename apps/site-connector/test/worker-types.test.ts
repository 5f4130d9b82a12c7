import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder, run, TSC, WRANGLER } from './support/installed-packages.ts'

const QUICK_START = new URL('../../../packages/hono-oauth/test/readme/quick-start.ts', import.meta.url)
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
/** What the chapter on Durable Objects in docs/stores.md adds to the quick start. */
const OBJECTS = `
import { connectionsObject } from 'hono-oauth/durable-object'
export class OAuthConnections extends connectionsObject(oauth) {}
`

let app: string
beforeAll(async () => {
  app = await makeFolder('hono-oauth')
  const quickStart = await readFile(QUICK_START, 'utf8')
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
