import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Miniflare } from 'miniflare'
import { describe, expect, it } from 'vitest'
import { readPresets } from '../../../../scripts/presets-table.ts'
import { filesOf, makeProject, runCommand, runNode, TSC, WRANGLER } from './project.ts'

const ENTRY = `import { Hono } from 'hono'

const app = new Hono()

app.get('/', (c) => c.text('hello'))

export default app
`
const WRANGLER_FILE = `{
  // the name of the app
  "name": "app",
  "main": "src/index.ts", /* the entry */
  "compatibility_date": "2026-07-01",
  "triggers": { "crons": ["17 * * * *"] } // once an hour
}
`
const TOML = `# the name of the app
name = "app"
main = "src/index.ts" # the entry
compatibility_date = "2026-07-01"
`
const APP = { 'wrangler.jsonc': WRANGLER_FILE, 'src/index.ts': ENTRY }

const init = (folder: string, ...args: string[]) => runCommand(folder, ['init', ...args])

describe('init', () => {
  it('shows what it would write, and writes nothing without consent', async () => {
    const folder = await makeProject(APP)
    const before = await filesOf(folder)
    const { code, stdout } = await init(folder)
    expect(code).toBe(1)
    expect(stdout).toContain(`+ app.route('/auth', oauth.routes)`)
    expect(stdout).toContain('+ OAUTH_KEYS=<a new key>')
    expect(stdout).toContain('Nothing was written: there is no terminal to ask at.')
    expect(await filesOf(folder)).toEqual(before)
  })

  it('makes an app that compiles, bundles, and starts a login', async () => {
    const folder = await makeProject({
      ...APP,
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          module: 'esnext',
          moduleResolution: 'bundler',
          allowImportingTsExtensions: true,
          target: 'es2022',
          lib: ['es2023', 'dom'],
          types: [],
        },
        include: ['src'],
      }),
    })
    const { code, stdout } = await init(folder, '--provider', 'github', '--yes')
    expect([
      code,
      stdout.includes('Written: wrangler.jsonc, src/oauth.ts, src/index.ts, .dev.vars, .gitignore.'),
    ]).toEqual([0, true])
    const files = await filesOf(folder)
    const { OAUTH_KEYS } = Object.fromEntries(
      (files['.dev.vars'] ?? '').split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    )
    expect(stdout).not.toContain(OAUTH_KEYS)
    expect(files['.gitignore']).toBe('.dev.vars\n')
    expect(await init(folder, '--provider', 'github', '--yes')).toMatchObject({
      code: 0,
      stdout: 'There is nothing to write.\n',
    })
    expect(await filesOf(folder)).toEqual(files)

    expect(await runNode(folder, [TSC])).toMatchObject({ stdout: '', code: 0 })
    const bundled = await runNode(folder, [WRANGLER, 'deploy', '--dry-run', '--outdir', 'out'])
    expect(bundled.code, bundled.stderr).toBe(0)
    const [script = ''] = (await readdir(join(folder, 'out'))).filter((name) => name.endsWith('.js'))
    const miniflare = new Miniflare({
      modules: true,
      script: await readFile(join(folder, 'out', script), 'utf8'),
      compatibilityDate: '2026-07-01',
      kvNamespaces: ['TOKENS'],
      bindings: {
        PUBLIC_ORIGIN: 'http://localhost:8787',
        OAUTH_KEYS: OAUTH_KEYS ?? '',
        GITHUB_CLIENT_ID: 'id',
        GITHUB_CLIENT_SECRET: 'secret',
      },
    })
    try {
      const answer = await miniflare.dispatchFetch('http://localhost:8787/auth/github/login', { redirect: 'manual' })
      expect([answer.status, new URL(answer.headers.get('location') ?? '').host]).toEqual([302, 'github.com'])
    } finally {
      await miniflare.dispose()
    }
  })

  it('keeps what is there, and says what to add by hand', async () => {
    const secret = 'canary-of-the-file'
    const folder = await makeProject({
      'wrangler.toml': `${TOML}kv_namespaces = []\n[vars]\nPUBLIC_ORIGIN = "https://app.example"\nWEBFLOW_CLIENT_SECRET = "set"\n`,
      'src/index.ts': `import app from './app.ts'\nexport default app\n`,
      'src/app.ts': ENTRY,
      '.dev.vars': `OTHER=${secret}\nWEBFLOW_CLIENT_ID=mine`,
      '.gitignore': 'node_modules\n.dev.vars*\n',
    })
    const before = await filesOf(folder)
    const { stdout } = await init(folder, '--yes')
    const { 'src/oauth.ts': made, '.dev.vars': vars, ...others } = await filesOf(folder)
    expect(made).toContain('store: kvStore(env.TOKENS),')
    expect(others).toEqual({ ...before, 'src/oauth.ts': undefined, '.dev.vars': undefined })
    expect(vars).toMatch(
      new RegExp(`^${before['.dev.vars']}\nPUBLIC_ORIGIN=http://localhost:8787\nOAUTH_KEYS=.{44}\n$`),
    )
    expect(stdout).not.toContain(secret)
    expect(stdout).toContain('wrangler.toml by hand:\n    [[kv_namespaces]]\n    binding = "TOKENS"')
    expect(stdout).toContain(
      "index.ts by hand:\n    import { oauth } from './oauth.ts'\n    app.route('/auth', oauth.routes)",
    )
  })

  it('writes JavaScript for an app in JavaScript', async () => {
    const folder = await makeProject({ 'wrangler.json': '{ "main": "index.mjs" }', 'index.mjs': ENTRY })
    await init(folder, '--provider', 'linear', '--yes')
    const { 'oauth.js': made, 'index.mjs': entry } = await filesOf(folder)
    expect(made).toContain('createOAuth((env) => ({')
    expect(made).not.toContain('interface')
    expect(entry).toContain("import { oauth } from './oauth.js'\nexport { OAuthConnections } from './oauth.js'\n")
  })

  it('says how to add a second provider to a configuration', async () => {
    const folder = await makeProject(APP)
    await init(folder, '--yes')
    const before = await filesOf(folder)
    const { stdout } = await init(folder, '--provider', 'githubApp', '--yes')
    expect(stdout).toContain(
      "import { githubApp } from 'hono-oauth/providers/github'\n    'github-app': githubApp({ clientId",
    )
    expect(stdout).toContain("stores: { 'github-app': durableObjectStore(env.CONNECTIONS) }")
    const added = 'GITHUB_CLIENT_ID=\nGITHUB_CLIENT_SECRET=\n'
    expect(await filesOf(folder)).toEqual({ ...before, '.dev.vars': `${before['.dev.vars']}${added}` })
  })

  it('knows each preset by its name, and says which there are', async () => {
    const folder = await makeProject(APP)
    const { code, stderr } = await init(folder, '--provider', 'nope', '--yes')
    expect([code, await filesOf(folder)]).toEqual([1, await filesOf(await makeProject(APP))])
    const names = (await readPresets()).map(({ name }) => name)
    expect(stderr.trim()).toBe(`There is no provider "nope". There are: webflow, wix, ${names.join(', ')}.`)
  })
})
