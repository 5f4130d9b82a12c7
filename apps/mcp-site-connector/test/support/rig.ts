import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { createBrowser, type TestBrowser } from 'hono-oauth/testing'
import { Miniflare } from 'miniflare'
import { createEmulator, DEFAULT_WEBFLOW_CLIENT, DEFAULT_WIX_APP, type Emulator } from 'provider-emulator'
import { CALLBACK, type Consent } from '../../scripts/mcp-client.ts'

export const CLIENT_METADATA = 'https://client.example/mcp.json'

/** The Worker in workerd, with the emulator as its network. */
export interface Rig extends AsyncDisposable {
  readonly origin: string
  readonly fetch: typeof fetch
  readonly emulator: Emulator
  /** The browser of one person. */
  browser(): TestBrowser
}

/** The script of the Worker. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/index.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
const script = await bundle()

export async function startRig(): Promise<Rig> {
  const origin = 'https://connector.example'
  const callback = (name: string) => [`${origin}/auth/${name}/callback`]
  const emulator = createEmulator({
    webflow: { clients: [{ ...DEFAULT_WEBFLOW_CLIENT, redirectUris: callback('webflow') }] },
    personalities: { github: { redirectUris: callback('github') } },
    consent: 'auto',
  })
  const worker = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-01',
    compatibilityFlags: ['global_fetch_strictly_public'],
    kvNamespaces: ['OAUTH_KV'],
    durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
    bindings: {
      PUBLIC_ORIGIN: origin,
      OAUTH_KEYS: randomBytes(32).toString('base64url'),
      SESSION_SECRET: randomBytes(32).toString('base64url'),
      WEBFLOW_CLIENT_ID: DEFAULT_WEBFLOW_CLIENT.id,
      WEBFLOW_CLIENT_SECRET: DEFAULT_WEBFLOW_CLIENT.secret,
      WIX_APP_ID: DEFAULT_WIX_APP.appId,
      WIX_APP_SECRET: DEFAULT_WIX_APP.secret,
      WIX_PUBLIC_KEY: await emulator.control.wix.publicKey(),
      GITHUB_CLIENT_ID: 'github-client-id',
      GITHUB_CLIENT_SECRET: 'github-client-secret',
    },
    outboundService: ((request: Request) => answerOf(request, emulator)) as never,
  })
  await worker.ready
  // Miniflare has a class of requests of its own.
  const send: typeof fetch = async (input, init) => {
    const request = new Request(input, { redirect: 'manual', ...init })
    const { method, headers } = request
    const body = method === 'GET' ? {} : { body: await request.arrayBuffer() }
    const options = { method, headers: [...headers], redirect: 'manual' as const, ...body }
    return (await worker.dispatchFetch(request.url, options)) as unknown as Response
  }
  return {
    origin,
    emulator,
    fetch: send,
    browser: () => createBrowser({ origin, fetch: send, providers: (request) => emulator.fetch(request) }),
    [Symbol.asyncDispose]: () => worker.dispose(),
  }
}

/** The network of the Worker: an MCP client with a document of its own, and the providers. */
const answerOf = (request: Request, emulator: Emulator): Response | Promise<Response> =>
  request.url === CLIENT_METADATA
    ? Response.json({ client_id: CLIENT_METADATA, client_name: 'Documented', redirect_uris: [CALLBACK] })
    : emulator.fetch(request)

/** Answers the consent page with a choice: `use` or `connect` with a provider, or `deny`. */
export const choose =
  (browser: TestBrowser, choice: string): Consent =>
  async (url) => {
    const page = await (await browser.open(url.href)).text()
    const [, handle = ''] = /name="handle" value="([^"]+)"/.exec(page) ?? []
    await browser.submit(url.pathname, { handle, choice })
    return new URL(browser.url)
  }

/** The address that a tool tells the person to open. */
export const linkIn = (text: unknown) => /https?:\/\/\S+/.exec(String(text))?.[0] ?? ''
