import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import type { TestEmulator } from 'provider-emulator/vitest'

const COMPATIBILITY = '2026-07-01'

/** Opens the bindings that the examples name. */
export const openBindings = () =>
  new Miniflare({
    modules: true,
    script: 'export default {}',
    compatibilityDate: COMPATIBILITY,
    kvNamespaces: ['TOKENS', 'CACHE'],
    d1Databases: ['DB'],
    queueProducers: ['ROTATIONS'],
  })

/**
 * Opens a Worker with the routes of an example in a Durable Object.
 *
 * @param store - the example that keeps connections there
 * @param object - the example that exports the class
 */
export async function openWorker(store: string, object: string, env: Env, emulator: TestEmulator): Promise<Miniflare> {
  const { PUBLIC_ORIGIN, OAUTH_KEYS, WEBFLOW_CLIENT_ID, WEBFLOW_CLIENT_SECRET } = env
  const variables = { PUBLIC_ORIGIN, OAUTH_KEYS, WEBFLOW_CLIENT_ID, WEBFLOW_CLIENT_SECRET }
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { Hono } from 'hono'
        import * as example from './${store}.ts'
        export { OAuthConnections } from './${object}.ts'
        export default new Hono().route('/auth', (example.oauth ?? example.default).routes)`,
      resolveDir: fileURLToPath(new URL('../../generated/docstrings', import.meta.url)),
    },
    inject: [fileURLToPath(new URL('worker-globals.ts', import.meta.url))],
    banner: { js: `const VARIABLES = ${JSON.stringify(variables)}` },
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker'],
    external: ['cloudflare:workers'],
    write: false,
    logLevel: 'error',
  })
  return new Miniflare({
    modules: true,
    script: outputFiles[0]?.text ?? '',
    compatibilityDate: COMPATIBILITY,
    durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
    outboundService: emulator.outboundService,
  })
}
