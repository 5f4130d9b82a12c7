import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare, type Request as MiniflareRequest } from 'miniflare'
import { ORIGIN } from './app.ts'
import { disposeHeard, LAST_WORD, watchRuntime } from './canary-runtime.ts'
import { persist } from './persisted.ts'
import { readJson } from './read-json.ts'
import { CLIENT, type CreateHost, type Host, KEY, wixSettings } from './rig.ts'

/** Bundles the test app as a Worker; it may import nothing of Node. */
async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('./worker-entry.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker'],
    write: false,
  })
  return result.outputFiles[0]?.text ?? ''
}

const bundled = bundle()
// Characters of a body that no app of ours reads to its end.
const HUGE = 1024 * 1024
const MAX_ATTEMPTS = 5

/** The app in workerd, over Workers KV, without Node compatibility. */
export const workerdHost: CreateHost = async (provider) => {
  const { appId, appSecret, publicKey } = await wixSettings(provider)
  const persisted = await persist()
  const miniflare = new Miniflare({
    ...persisted.options,
    handleRuntimeStdio: watchRuntime,
    workers: [
      {
        name: 'app',
        modules: true,
        script: await bundled,
        compatibilityDate: '2026-07-01',
        kvNamespaces: ['TOKENS'],
        bindings: {
          KEYS: KEY,
          CLIENT_ID: CLIENT.id,
          CLIENT_SECRET: CLIENT.secret,
          WIX_APP: { appId, appSecret, publicKey },
        },
        outboundService: (request: MiniflareRequest) =>
          provider.fetch(request as unknown as Request) as never,
      },
      LAST_WORD,
    ],
  })
  await miniflare.ready
  const dispatch: Host['send'] = async (url, init) =>
    (await miniflare.dispatchFetch(url, init as never)) as unknown as Response
  const send: Host['send'] = async (url, init) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await dispatch(url, init)
      } catch (error) {
        // An answer that comes before a huge body was read closes the connection. Whether Node sees the
        // answer or the end of the connection first is a matter of luck.
        const isHuge = typeof init.body === 'string' && init.body.length > HUGE
        if (!isHuge || attempt === MAX_ATTEMPTS) throw error
      }
    }
  }
  const inspect = () => readJson(send(`${ORIGIN}/_test`, {}))
  const post = async (path: string) => {
    await send(`${ORIGIN}/_test/${path}`, { method: 'POST' })
  }
  return {
    send,
    operations: async () => (await inspect()).operations,
    async dump() {
      const namespace = await miniflare.getKVNamespace('TOKENS')
      const { keys } = await namespace.list()
      const entries = keys.map(async ({ name }) => [name, (await namespace.get(name)) ?? ''])
      return Object.fromEntries(await Promise.all(entries))
    },
    fail: (operation, on) => post(`fail/${operation}/${on}`),
    advance: (seconds) => post(`advance/${seconds}`),
    ran: async () => (await inspect()).ran,
    dispose: () => disposeHeard(miniflare, persisted),
  }
}
