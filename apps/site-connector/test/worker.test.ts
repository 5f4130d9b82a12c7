import { randomBytes } from 'node:crypto'
import { Miniflare, type Request as MiniflareRequest } from 'miniflare'
import {
  createEmulator,
  DEFAULT_OAUTH_EXAMPLE_CLIENT,
  DEFAULT_WEBFLOW_CLIENT,
  DEFAULT_WIX_APP,
} from 'provider-emulator'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { dryRunDeploy } from './support/dry-run-deploy.ts'
import { allow, Visitor } from './support/visitor.ts'

const ORIGIN = 'https://connector.example'
const CLIENT = { ...DEFAULT_WEBFLOW_CLIENT, redirectUris: [`${ORIGIN}/auth/webflow/callback`] }
const WIX_APP = {
  ...DEFAULT_WIX_APP,
  appUrl: `${ORIGIN}/auth/wix-legacy/login`,
  redirectUrls: [`${ORIGIN}/auth/wix-legacy/callback`],
}
const EXAMPLE_CLIENT = {
  ...DEFAULT_OAUTH_EXAMPLE_CLIENT,
  redirectUris: [`${ORIGIN}/auth/example/callback`],
}
const BINDINGS = {
  PUBLIC_ORIGIN: ORIGIN,
  OAUTH_KEYS: randomBytes(32).toString('base64url'),
  WEBFLOW_CLIENT_ID: CLIENT.id,
  WEBFLOW_CLIENT_SECRET: CLIENT.secret,
  WIX_APP_ID: WIX_APP.appId,
  WIX_APP_SECRET: WIX_APP.secret,
  EXAMPLE_CLIENT_ID: EXAMPLE_CLIENT.id,
  EXAMPLE_CLIENT_SECRET: EXAMPLE_CLIENT.secret,
}
const tokens = new Set<string>()
const emulator = createEmulator({
  webflow: { clients: [CLIENT] },
  wix: { apps: [WIX_APP] },
  oauthExample: { clients: [EXAMPLE_CLIENT] },
})

let bundle: Awaited<ReturnType<typeof dryRunDeploy>>
const running: Miniflare[] = []

/** Starts the Worker as deployed. The emulator answers every request that the Worker sends. */
async function startWorker(bindings: Record<string, string> = BINDINGS) {
  const worker = new Miniflare({
    modules: true,
    script: bundle.script,
    compatibilityDate: '2026-07-01',
    kvNamespaces: ['TOKENS'],
    queueProducers: { WEBHOOKS: 'webhooks' },
    queueConsumers: { webhooks: { maxBatchTimeout: 0 } },
    durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
    bindings: { WIX_PUBLIC_KEY: await emulator.control.wix.publicKey(), ...bindings },
    outboundService: outbound as never,
  })
  running.push(worker)
  await worker.ready
  const send = async (url: string, init: RequestInit) =>
    (await worker.dispatchFetch(url, init as never)) as unknown as Response
  return { worker, visitor: () => new Visitor(ORIGIN, send) }
}

async function outbound(request: MiniflareRequest): Promise<Response> {
  const response = await emulator.fetch(request as unknown as Request)
  const body = await response.text()
  for (const [, token] of body.matchAll(/"access_token":"([^"]+)"/g)) if (token) tokens.add(token)
  return new Response(body, response)
}

const provider = (url: string, init: RequestInit) => emulator.fetch(new Request(url, init))

beforeAll(async () => {
  bundle = await dryRunDeploy()
})
afterAll(() => Promise.all(running.map((worker) => worker.dispose())))

describe('the sample Worker in workerd', () => {
  it('deploys with its bindings', ({ expect }) => {
    expect(bundle.output).toMatch(/env\.TOKENS\s+.*KV Namespace/)
    expect(bundle.output).toMatch(/env\.CONNECTIONS \(OAuthConnections\)\s+.*Durable Object/)
    expect(bundle.output).toMatch(/env\.WEBHOOKS\s+.*Queue/)
    expect(bundle.output).toContain('--dry-run: exiting now.')
  })

  it('connects, lists the sites and disconnects, and stores no token in plain text', async ({ expect }) => {
    const { worker, visitor } = await startWorker()
    const person = visitor()
    expect(await (await person.get('/')).text()).toContain('Connect Webflow')

    const login = await person.get('/auth/webflow/login?return_to=/')
    const landed = await person.get(await allow(login.headers.get('location') ?? '', provider))
    expect(landed.status).toBe(303)
    expect(landed.headers.get('location')).toBe('/')

    const page = await (await person.get('/')).text()
    for (const name of ['Acme Bakery', 'Acme Journal', 'Acme Shop']) expect(page).toContain(name)
    const sites = await (await person.get('/api/webflow/sites', '*/*')).json()
    expect(sites).toEqual({
      sites: [
        { id: '62f3b1f7eafac55d0c64ef91', name: 'Acme Bakery' },
        { id: '62f3b1f7eafac55d0c64ef92', name: 'Acme Journal' },
        { id: '62f3b1f7eafac55d0c64ef93', name: 'Acme Shop' },
      ],
    })
    const account = await (await person.get('/api/webflow/account', '*/*')).json()
    expect(account).toEqual({ account: { id: '545bbecb7bdd6769632504a7', name: 'Ada Example' } })

    const kv = await worker.getKVNamespace('TOKENS')
    const { keys } = await kv.list()
    expect(keys.map(({ name }) => name.replace(/\/.*/, '')).sort()).toEqual([
      'activity',
      'connections',
      'looks',
      'watched',
    ])
    expect(tokens.size).toBe(1)
    for (const { name } of keys) {
      const value = (await kv.get(name)) ?? ''
      for (const token of tokens) {
        for (const encoding of ['utf8', 'base64', 'base64url', 'hex', 'utf16le'] as const) {
          expect(value).not.toContain(Buffer.from(token).toString(encoding))
        }
      }
    }

    const [, action = ''] = /action="([^"]+)"/.exec(page) ?? []
    const left = await person.post(action, { return_to: '/' })
    expect(left.status).toBe(303)
    const after = await (await person.get('/')).text()
    expect(after).not.toContain('Acme')
    expect(after).toContain('Ada Example is disconnected. Webflow ended the access.')
    const count = (path: string) => emulator.control.requests().filter((request) => request.path === path).length
    expect(count('/oauth/access_token')).toBe(1)
    expect(count('/oauth/revoke_authorization')).toBe(1)
  })

  for (const [name, decision] of [
    ['wix', 'install'],
    ['wix-legacy', 'allow'],
  ] as const) {
    it(`connects ${name}, shows the site, and disconnects when the app is removed`, async ({ expect }) => {
      const { visitor } = await startWorker()
      const person = visitor()
      const login = await person.get(`/auth/${name}/login?return_to=/`)
      const location = login.headers.get('location') ?? ''
      const callback = await allow(location, provider, decision)
      const landed = await person.get(callback)
      expect(landed.headers.get('location')).toBe('/')
      expect(await (await person.get('/')).text()).toContain('Mysite 34')
      const site = { id: '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f41', name: 'Mysite 34' }
      const sites = await (await person.get(`/api/${name}/sites`, '*/*')).json()
      expect(sites).toEqual({ sites: [site] })
      const account = await (await person.get(`/api/${name}/account`, '*/*')).json()
      expect(account).toEqual({ account: site })
      const [instance] = emulator.control.wix.instances()
      expect(instance?.configured).toBe(true)

      emulator.control.advance(5)
      const { headers, body } = await emulator.control.buildWebhook({
        provider: 'wix',
        event: 'AppRemoved',
        instanceId: instance?.instanceId ?? '',
      })
      const hook = await person.send(`/auth/${name}/webhook`, { method: 'POST', headers, body })
      expect(hook.status).toBe(200)
      const page = await (await person.get('/')).text()
      expect(page).not.toContain('Working')
      expect(page).toContain('Mysite 34: access ended at Wix')
      emulator.control.reset()
    })
  }

  it('connects an OAuth 2.0 server in a Durable Object, and checks it in a cron trigger', async ({ expect }) => {
    const { worker, visitor } = await startWorker()
    const person = visitor()
    expect(await (await person.get('/')).text()).toContain('Connect OAuth Example')
    const login = await person.get('/auth/example/login?return_to=/')
    const callback = await allow(login.headers.get('location') ?? '', provider)
    expect((await person.get(callback)).headers.get('location')).toBe('/')
    expect(await (await person.get('/')).text()).toContain('OAuth Example is connected as Ada Example.')
    const account = await (await person.get('/api/example/account', '*/*')).json()
    expect(account).toEqual({ account: { id: 'user-1001', name: 'Ada Example' } })
    const kv = await worker.getKVNamespace('TOKENS')
    const { keys } = await kv.list()
    expect(keys.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^activity\/example\./),
      expect.stringMatching(/^looks\/example\./),
      expect.stringMatching(/^watched\/example\./),
    ])

    emulator.control.clearRequests()
    const fetcher = await worker.getWorker()
    expect(await fetcher.scheduled({ cron: '17 * * * *' })).toMatchObject({ outcome: 'ok' })
    expect(emulator.control.requests().map(({ path }) => path)).toEqual(['/api/me'])

    const page = await (await person.get('/')).text()
    const [, action = ''] = /action="([^"]+)"/.exec(page) ?? []
    await person.post(action, { return_to: '/' })
    expect(await (await person.get('/')).text()).toContain('OAuth Example, Ada Example: disconnected')
    expect(emulator.control.oauthExample.grants()).toMatchObject([{ alive: false }])
    expect((await kv.list({ prefix: 'watched/' })).keys).toEqual([])
    emulator.control.reset()
  })

  it('answers 401 without a connection, and sends no request to a provider', async ({ expect }) => {
    const { visitor } = await startWorker()
    emulator.control.clearRequests()
    for (const path of ['/api/webflow/sites', '/api/webflow/account', '/api/wix/sites']) {
      const response = await visitor().get(path, '*/*')
      expect(response.status).toBe(401)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
    }
    expect(emulator.control.requests()).toEqual([])
  })

  it('answers a failed login with a page that says so, and a program with the error', async ({ expect }) => {
    const { visitor } = await startWorker()
    const callback = '/auth/webflow/callback?state=x&code=y'
    const person = visitor()
    expect((await person.get(callback)).headers.get('location')).toBe('/')
    expect(await (await person.get('/')).text()).toContain('Webflow is not connected.')
    const answer = await visitor().get(callback, '*/*')
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'transaction_unknown' }])
  })

  it('shows a page without scripts, images or styles from elsewhere', async ({ expect }) => {
    const { visitor } = await startWorker()
    const response = await visitor().get('/')
    const policy = response.headers.get('content-security-policy')
    expect(policy).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(response.headers.get('cache-control')).toBe('no-store')
    const page = await response.text()
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).not.toMatch(/<script|style=|https?:/)
    expect(response.headers.has('x-frame-options')).toBe(false)
  })

  it('says that Webflow is not available, and offers a new login after a 401', async ({ expect }) => {
    const { visitor } = await startWorker()
    const person = visitor()
    const login = await person.get('/auth/webflow/login')
    await person.get(await allow(login.headers.get('location') ?? '', provider))
    emulator.control.setScenario('webflow', 'api-429', 2)
    expect(await (await person.get('/')).text()).toContain('Webflow asks us to wait until')
    const limited = await person.get('/api/webflow/sites', '*/*')
    expect(limited.status).toBe(503)
    expect(limited.headers.get('retry-after')).toBe('60')
    emulator.control.clearScenarios()
    emulator.control.setScenario('webflow', 'api-401-once', 2)
    expect(await (await person.get('/')).text()).toMatch(/Needs sign-in.*Sign in again/s)
  })

  for (const [setting, value] of [
    ['OAUTH_KEYS', ''],
    ['OAUTH_KEYS', 'changeme'],
    ['OAUTH_KEYS', 'A'.repeat(43)],
    ['WEBFLOW_CLIENT_ID', ''],
    ['WEBFLOW_CLIENT_SECRET', ''],
    ['WIX_APP_ID', ''],
    ['WIX_APP_SECRET', ''],
    ['PUBLIC_ORIGIN', ''],
    ['PUBLIC_ORIGIN', 'http://connector.example'],
    ['PROVIDER_EMULATOR', 'http://localhost:9000'],
  ] as const) {
    it(`refuses the configuration ${setting}="${value.slice(0, 8)}"`, async ({ expect }) => {
      const { worker, visitor } = await startWorker({ ...BINDINGS, [setting]: value })
      for (const path of ['/', '/auth/webflow/login', '/api/webflow/sites']) {
        const response = await visitor().get(path, '*/*')
        expect(response.status).toBe(500)
        expect(response.headers.getSetCookie()).toEqual([])
        const text = await response.text()
        expect(text).toContain('configuration_invalid')
        if (value) expect(text).not.toContain(value)
      }
      const kv = await worker.getKVNamespace('TOKENS')
      expect((await kv.list()).keys).toEqual([])
    })
  }
})
