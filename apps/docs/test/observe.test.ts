import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { build } from 'esbuild'
import { Hono } from 'hono'
import type { Observed } from 'hono-oauth'
import { Miniflare } from 'miniflare'
import { afterEach, expect, it, vi } from 'vitest'
import { oauth as counted } from '../examples/observe-events.ts'
import { oauth as traced } from '../examples/opentelemetry.ts'
import { makeEnv, openBrowser } from './open-browser.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  trace.disable()
})

/** An app with the routes of an example, and a page that needs GitHub. */
function appOf({ routes, require }: typeof counted | typeof traced) {
  const app = new Hono()
  app.route('/auth', routes)
  app.get('/repos', require('github'), async (c) => c.var.connection.fetch('/user/repos'))
  return app
}

it('events: writes a data point for each, and an e-mail to the user who has to log in again', async () => {
  const EVENTS = { writeDataPoint: vi.fn() }
  const EMAIL = { send: vi.fn() }
  const bind = vi.fn(() => ({ first: async () => 'ada@app.example' }))
  const env = makeEnv({ EVENTS, EMAIL, DATABASE: { prepare: () => ({ bind }) } })
  const app = appOf(counted)
  const asAda = (request: Request) => {
    const copy = new Request(request)
    copy.headers.set('authorization', 'Bearer token-of-ada')
    return app.fetch(copy, env)
  }
  const { browser, emulator } = openBrowser({ fetch: asAda }, env)
  await browser.open('/auth/github/login?return_to=/repos')
  const [grant] = emulator.control.personality('github').grants()
  emulator.control.personality('github').revokeGrant(grant?.id ?? '')
  expect((await browser.open('/repos')).status).toBe(401)
  await vi.waitFor(() => expect(EMAIL.send).toHaveBeenCalledOnce())
  expect(bind).toHaveBeenCalledWith('ada')
  const text = expect.stringContaining('/auth/github/login')
  expect(EMAIL.send).toHaveBeenCalledWith(expect.objectContaining({ to: 'ada@app.example', text }))
  expect(EVENTS.writeDataPoint.mock.calls.flat()).toEqual([
    { indexes: ['github'], blobs: ['connected', 'github', ''] },
    { indexes: ['github'], blobs: ['needs_reauth', 'github', ''] },
  ])
})

it('OpenTelemetry: makes spans where an SDK is registered', async () => {
  const exporter = new InMemorySpanExporter()
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
  const { browser } = openBrowser(appOf(traced))
  await browser.open('/auth/github/login?return_to=/repos')
  const names = exporter.getFinishedSpans().map(({ name }) => name)
  expect(names).toEqual(['hono_oauth.login', 'POST', 'GET', 'hono_oauth.callback', 'GET'])
})

const WORKER = `
import { workersTracing } from './workers-tracing.ts'
export default {
  async fetch() {
    const ran = []
    for (const name of ['renewal', 'request']) {
      const run = async () => (ran.push(name), { error: 'needs_reauth' })
      await workersTracing({ name, provider: 'github' }, run)
    }
    return Response.json(ran)
  }
}`

it('Workers tracing: runs in workerd, once in each operation', async () => {
  const resolveDir = fileURLToPath(new URL('../examples', import.meta.url))
  const { outputFiles } = await build({
    stdin: { contents: WORKER, resolveDir },
    bundle: true,
    write: false,
    format: 'esm',
    external: ['cloudflare:workers'],
  })
  const script = outputFiles[0]?.text ?? ''
  const miniflare = new Miniflare({ modules: true, script, compatibilityDate: '2026-07-01' })
  try {
    expect(await (await miniflare.dispatchFetch('http://localhost')).json()).toEqual(['renewal'])
  } finally {
    await miniflare.dispose()
  }
})

it('the page has a row for each span', async () => {
  const page = await readFile(new URL('../pages/guides/observe.md', import.meta.url), 'utf8')
  const [, table = ''] = /^\| Span \|.*\n([\s\S]*?)\n\n/m.exec(page) ?? []
  const rows = [...table.matchAll(/^\| `hono_oauth\.(\w+)` \|/gm)].map(([, name]) => name)
  const operations: Record<Exclude<Observed['name'], 'request'>, true> = {
    login: true,
    callback: true,
    renewal: true,
    disconnect: true,
    revocation: true,
    webhook: true,
    key_rotation: true,
  }
  expect(rows).toEqual(Object.keys(operations))
})
