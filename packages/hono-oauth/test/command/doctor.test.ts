import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Files, makeProject, runCommand } from './project.ts'

const key = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
const SECRET = 'canary-client-secret'
const KEY = key()

const wrangler = (more: object) =>
  JSON.stringify({ name: 'app', main: 'src/index.ts', compatibility_date: '2026-07-01', ...more })
const vars = (more: Files) =>
  Object.entries({
    PUBLIC_ORIGIN: 'http://localhost:8787',
    OAUTH_KEYS: KEY,
    CLIENT_ID: 'id',
    CLIENT_SECRET: SECRET,
    ...more,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
const TOKENS = { kv_namespaces: [{ binding: 'TOKENS' }] }
const CONNECTIONS = { durable_objects: { bindings: [{ name: 'CONNECTIONS', class_name: 'OAuthConnections' }] } }

interface App {
  readonly provider?: string
  readonly settings?: string
  readonly store?: string
  readonly below?: string
}

/** An app whose OAuth object is not exported. */
const entry = ({
  provider = 'webflow',
  settings = '',
  store = 'kvStore(env.TOKENS)',
  below = `app.route('/auth', oauth.routes)`,
}: App = {}) => `
import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { connectionsObject } from 'hono-oauth/durable-object'
import { ${provider} } from 'hono-oauth/providers/${provider}'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { kvStore } from 'hono-oauth/stores/kv'

const oauth = createOAuth((env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: { ${provider}: ${provider}({ clientId: env.CLIENT_ID, clientSecret: env.CLIENT_SECRET, scopes: ['sites:read'] }) },
  store: ${store},
  ${settings}
}))
console.log(oauth, connectionsObject, durableObjectStore, kvStore)
const app = new Hono()
${below}
export default app
`

async function doctor(files: Files, ...args: string[]) {
  const folder = await makeProject({ '.gitignore': '.dev.vars\nnode_modules\n', ...files })
  execFileSync('git', ['init', '--quiet'], { cwd: folder })
  const { code, stdout, stderr } = await runCommand(folder, ['doctor', ...args])
  const output = `${stdout}${stderr}`
  // Whatever it finds, it prints no secret.
  expect([SECRET, KEY].filter((secret) => output.includes(secret))).toEqual([])
  return { code, stdout, stderr }
}

/** A server that counts the requests to it. */
async function countRequests() {
  let count = 0
  const server = createServer((_request, response) => {
    count++
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, count: () => count }
}

describe('doctor', () => {
  it('finds no fault in an app that may be deployed, and says what to register', async () => {
    const elsewhere = await countRequests()
    const { code, stdout } = await doctor(
      {
        'wrangler.jsonc': wrangler({
          ...TOKENS,
          secrets: { required: ['OAUTH_KEYS', 'CLIENT_ID', 'CLIENT_SECRET'] },
          env: { live: { ...TOKENS, vars: { PUBLIC_ORIGIN: 'https://app.example' } } },
          vars: { PUBLIC_ORIGIN: 'http://localhost:1' },
        }),
        '.dev.vars': vars({}),
        'src/index.ts': entry({
          settings: `publicPath: '/api/auth',`,
          below: `app.use(async (_c, next) => {
            await fetch('${elsewhere.url}')
            await next()
          })
          app.route('/auth', oauth.routes)`,
        }),
      },
      '--env',
      'live',
    )
    expect(stdout).toContain('webflow: redirect URI https://app.example/api/auth/webflow/callback')
    expect(stdout).toContain('webflow: webhooks     https://app.example/api/auth/webflow/webhook')
    expect([code, stdout.match(/✗.*|Faults.*/g)]).toEqual([0, ['Faults: 0. Warnings: 1.']])
    expect(stdout).toContain('npx wrangler secret put CLIENT_SECRET --env live')
    expect(elsewhere.count()).toBe(0)
  })

  it.each<[title: string, files: Files, said: string[]]>([
    [
      'the settings of this machine in "vars"',
      {
        'wrangler.jsonc': wrangler({
          ...TOKENS,
          vars: {
            PUBLIC_ORIGIN: 'http://localhost:8787',
            EMULATOR: 'http://localhost:9000',
            OAUTH_KEYS: KEY,
            CLIENT_SECRET: SECRET,
          },
        }),
        '.dev.vars': 'CLIENT_ID=id\n',
        '.gitignore': 'node_modules\n',
        'src/index.ts': entry({ settings: 'emulator: env.EMULATOR,', below: '' }),
      },
      [
        '✗ Production gets the origin http://localhost:8787, because PUBLIC_ORIGIN is in "vars" of wrangler.jsonc.',
        '✗ Production gets the setting emulator, because EMULATOR is in wrangler.jsonc.',
        '✗ The keys are not secret: OAUTH_KEYS is in "vars" of wrangler.jsonc',
        'npx hono-oauth keygen | npx wrangler secret put OAUTH_KEYS',
        '✗ The routes are not mounted.',
        "app.route('/auth', oauth.routes)",
        '✗ Git does not ignore .dev.vars',
        '! CLIENT_SECRET is in "vars" of wrangler.jsonc.',
        '! wrangler.jsonc does not say where production gets CLIENT_ID',
        'Faults: 5. Warnings: 2.',
      ],
    ],
    [
      'a public origin that is not safe, and routes elsewhere',
      {
        'wrangler.jsonc': wrangler({ ...TOKENS, vars: { PUBLIC_ORIGIN: 'http://app.example' } }),
        '.dev.vars': vars({}),
        'src/index.ts': entry({ below: "app.route('/oauth', oauth.routes)" }),
      },
      [
        '✗ The configuration has an error in production: origin ',
        '✗ The routes are mounted at /oauth, and basePath is /auth.',
        "basePath: '/oauth',",
        'Faults: 2. Warnings: 1.',
      ],
    ],
    [
      'a rotating provider over KV, which has another name',
      {
        'wrangler.jsonc': wrangler({ kv_namespaces: [{ binding: 'TOKEN' }] }),
        '.dev.vars': vars({ EMPTY: '' }),
        'src/index.ts': entry({ provider: 'linear', store: 'kvStore(env.TOKENS ?? env.TOKEN)' }),
      },
      [
        '✗ The configuration has an error: providers.linear rotates its refresh tokens',
        'Names that have a value, from wrangler.jsonc and .dev.vars: PUBLIC_ORIGIN, OAUTH_KEYS, CLIENT_ID, CLIENT_SECRET, TOKEN.\n',
        'It reads names without a value: TOKENS.',
        'Faults: 1. Warnings: 0.',
      ],
    ],
    [
      'a Durable Object without its class and its migration',
      {
        'wrangler.jsonc': wrangler({ ...CONNECTIONS }),
        '.dev.vars': vars({}),
        'src/index.ts': entry({ provider: 'linear', store: 'durableObjectStore(env.CONNECTIONS)' }),
      },
      [
        '✗ wrangler.jsonc binds CONNECTIONS to the class OAuthConnections, and the entry does not export it.',
        'export class OAuthConnections extends connectionsObject(oauth) {}',
        '✗ The class OAuthConnections has no migration in wrangler.jsonc',
        '"migrations": [{ "tag": "v1", "new_sqlite_classes": ["OAuthConnections"] }]',
        'linear: redirect URI http://localhost:8787/auth/linear/callback',
        'In production, write its origin in place of http://localhost:8787.',
        'npx wrangler secret put PUBLIC_ORIGIN   # such as https://app.example',
        '"secrets": { "required": ["PUBLIC_ORIGIN","OAUTH_KEYS","CLIENT_ID","CLIENT_SECRET"] }',
        'Faults: 2. Warnings: 1.',
      ],
    ],
    [
      'a Durable Object without SQLite, and no setting for the origin and the keys',
      {
        'wrangler.jsonc': wrangler({ ...CONNECTIONS, migrations: [{ tag: 'v1', new_classes: ['OAuthConnections'] }] }),
        '.dev.vars': vars({ OAUTH_KEYS: key() }),
        'src/index.ts': `${entry({ store: 'durableObjectStore(env.CONNECTIONS)' }).replace('env.PUBLIC_ORIGIN', "'http://localhost:8787'").replace('env.OAUTH_KEYS', `'${KEY}'`)}
          export class OAuthConnections extends connectionsObject(oauth) {}`,
      },
      [
        '✗ Production gets the origin http://localhost:8787: no setting of the Worker holds it.',
        '✗ The class OAuthConnections is in "new_classes"',
        '! The keys come from no setting of the Worker',
        'Faults: 2. Warnings: 2.',
      ],
    ],
  ])('finds %s', async (_title, files, said) => {
    const { code, stdout } = await doctor(files)
    for (const words of said) expect(stdout).toContain(words)
    expect(code).toBe(1)
  })

  it('finds that the app makes no OAuth object, and that Git has the secrets', async () => {
    const folder = await makeProject({
      'wrangler.jsonc': wrangler({}),
      '.dev.vars': vars({}),
      'src/index.ts': 'export default { fetch: () => new Response() }',
    })
    execFileSync('git', ['init', '--quiet'], { cwd: folder })
    execFileSync('git', ['add', '.dev.vars'], { cwd: folder })
    const { code, stdout } = await runCommand(folder, ['doctor'])
    expect([code, stdout.match(/✗.*/g)]).toEqual([
      1,
      ['✗ No createOAuth ran while index.ts was loaded.', '✗ Git has .dev.vars, with its secrets.'],
    ])
    expect(stdout).toContain('git rm --cached .dev.vars')
  })

  it.each([
    ['is not bundled', `import './no-such-file.ts'\nexport default {}`, 'no-such-file.ts'],
    [
      'does not start',
      `throw new Error('a mistake with ${SECRET}')\nexport default {}`,
      'a mistake with [CLIENT_SECRET]',
    ],
  ])('says why an app %s', async (_title, source, words) => {
    const { code, stderr } = await doctor({
      'wrangler.jsonc': wrangler({}),
      '.dev.vars': vars({}),
      'src/index.ts': source,
    })
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)])
    expect(stderr).toContain('The app does not start. Wrangler says:')
  })
})
