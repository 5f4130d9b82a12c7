import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare, type Request as MiniflareRequest } from 'miniflare'
import {
  createEmulator,
  DEFAULT_OAUTH_EXAMPLE_CLIENT as DEFAULT_CLIENT,
  type EmulatorOptions,
} from 'provider-emulator'
import { ORIGIN } from '../support/app.ts'
import { disposeHeard, LAST_WORD, watchRuntime } from '../support/canary-runtime.ts'
import { noteSecret } from '../support/notes.ts'
import { persist } from '../support/persisted.ts'
import { tapFetch } from '../support/provider-tap.ts'
import { readJson } from '../support/read-json.ts'
import { KEY } from '../support/rig.ts'
import { COOKIE, noteAnswer } from '../support/seen.ts'
import type { Bindings } from './worker.ts'

const { id, secret } = DEFAULT_CLIENT
export const CLIENT = { id, secret }
noteSecret('a client secret', secret)
/** How long access tokens of `oauth.example` live, in seconds. */
export const LIFETIME = 3600

/** Bundles a Worker of these tests; it may import nothing of Node. */
export async function bundleWorker(file: string): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker'],
    external: ['cloudflare:workers'],
    write: false,
  })
  return result.outputFiles[0]?.text ?? ''
}

/** The emulator, with `oauth.example` as it is by default: rotation, reuse detection, no grace. */
export function exampleProvider(options: EmulatorOptions = {}) {
  const redirectUris = [`${ORIGIN}/auth/example/callback`]
  const clients = [{ ...DEFAULT_CLIENT, redirectUris }]
  const emulator = createEmulator({
    consent: 'auto',
    ...options,
    oauthExample: { clients, ...options.oauthExample },
  })
  return { ...emulator, fetch: tapFetch(emulator.fetch) }
}

/** Two Workers, each an isolate of its own, over the same storage; and the provider. */
export async function createRotationRig(
  store: Bindings['STORE'],
  options: EmulatorOptions = {},
  script: string = './worker.ts',
) {
  const provider = exampleProvider(options)
  const modules = [
    { type: 'ESModule' as const, path: 'worker.js', contents: await bundleWorker(script) },
  ]
  const worker = (name: string) => ({
    name,
    modules,
    compatibilityDate: '2026-07-01',
    bindings: { STORE: store, KEYS: KEY, CLIENT },
    d1Databases: { DB: 'connections' },
    durableObjects: {
      CONNECTIONS: { className: 'OAuthConnections', scriptName: 'first', useSQLite: true },
    },
    outboundService: (request: MiniflareRequest) =>
      provider.fetch(request as unknown as Request) as never,
  })
  const persisted = await persist()
  const miniflare = new Miniflare({
    ...persisted.options,
    handleRuntimeStdio: watchRuntime,
    workers: [worker('first'), worker('second'), LAST_WORD],
  })
  await miniflare.ready
  const workers = [await miniflare.getWorker('first'), await miniflare.getWorker('second')] as const

  async function send(
    path: string,
    init: RequestInit & { user?: string } = {},
    isolate: 0 | 1 = 0,
  ) {
    const headers = new Headers(init.headers)
    if (init.user) headers.set('x-user', init.user)
    const request = { ...init, headers: [...headers], redirect: 'manual' }
    const url = new URL(path, ORIGIN).href
    const response = (await workers[isolate].fetch(url, request as never)) as unknown as Response
    noteAnswer(response).catch(() => undefined)
    return response
  }

  return {
    provider,
    miniflare,
    send,
    token: async (user: string, isolate: 0 | 1 = 0) => readJson(send('/token', { user }, isolate)),

    /** Connects a user from the login to the end. */
    async connect(user: string, isolate: 0 | 1 = 0): Promise<string> {
      const login = await send('/auth/example/login', { user }, isolate)
      const cookie = login.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
      noteSecret(COOKIE, cookie.split('=')[1])
      const consent = await provider.fetch(new Request(login.headers.get('location') ?? ''))
      const callback = consent.headers.get('location') ?? ''
      const landed = await send(callback, { user, headers: { cookie } }, isolate)
      if (landed.status !== 303) throw new Error(`the login ended with ${await landed.text()}`)
      const { connections } = await readJson(send('/auth/connections', { user }, isolate))
      return connections[0].id
    },

    /** Lets time pass for everybody. */
    async advance(seconds: number): Promise<void> {
      provider.control.advance(seconds)
      for (const isolate of [0, 1] as const) {
        await send(`/_test/advance/${seconds}`, { method: 'POST' }, isolate)
      }
    },

    /** What happened, as the Worker in front of the objects and the other one were told. */
    async events(): Promise<{ type: string; [member: string]: unknown }[]> {
      const lists = [readJson(send('/_test/events')), readJson(send('/_test/events', {}, 1))]
      return (await Promise.all(lists)).flat()
    },

    /** Requests to an endpoint of the provider since they were last forgotten. */
    requests: (path: string) =>
      provider.control.requests().filter((request) => request.path === path).length,

    dispose: () => disposeHeard(miniflare, persisted),
  }
}

export type RotationRig = Awaited<ReturnType<typeof createRotationRig>>
