// Reseals the stored connections with the newest key: on this machine, or with `--remote` in the
// deployment. It runs the app's own configuration in workerd, like `wrangler dev`.
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  unstable_getVarsForDev as getVarsForDev,
  unstable_readConfig as readConfig,
  unstable_startWorker as startWorker,
} from 'wrangler'

type Binding = { readonly type: string; readonly [setting: string]: unknown }
type Bindings = Record<string, Binding>

/** The members of wrangler.jsonc that this script reads. */
interface Config {
  readonly configPath: string
  readonly kv_namespaces: readonly { readonly binding: string; readonly id?: string }[]
  readonly secrets?: { readonly required?: string[] }
}

interface Count {
  readonly resealed: number
  readonly unchanged: number
  readonly unreadable: number
}

// A stored connection opens only for the client that it was issued to.
const CLIENT_ID = /_(CLIENT|APP)_ID$/
// Values for settings that are not set here. The keys have no stand-in.
const STAND_INS: Readonly<Record<string, string>> = {
  PUBLIC_ORIGIN: 'https://app.invalid',
  OAUTH_KEYS: '',
}
// Only `--remote` sends anything from this machine.
process.env['WRANGLER_SEND_METRICS'] = 'false'
process.env['WRANGLER_SEND_ERROR_REPORTS'] = 'false'
process.env['WRANGLER_WRITE_LOGS'] = 'false'
process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false'

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const config: Config = readConfig({ config: fileOf('../wrangler.jsonc') })

/** The keys, the ids of the clients, and values for the other required settings, which have no effect on sealing. */
function secretBindings(isRemote: boolean): Bindings {
  const { configPath, secrets: declared } = config
  if (isRemote && !process.env['OAUTH_KEYS']) {
    throw new Error('Set OAUTH_KEYS to the keys of the deployment, newest first.')
  }
  const secret = (value: string): Binding => ({ type: 'secret_text', value })
  const local: Bindings = getVarsForDev(configPath, undefined, {}, undefined, true, declared)
  const required = declared?.required ?? []
  const missing = required.filter((name) => CLIENT_ID.test(name) && !process.env[name] && (isRemote || !local[name]))
  if (missing.length > 0) throw new Error(`Set ${missing.join(' and ')}, as the deployment has them.`)
  const found = required.map((name): [string, Binding] => {
    const value = process.env[name]
    return [name, value ? secret(value) : (local[name] ?? secret(STAND_INS[name] ?? 'unused'))]
  })
  return Object.fromEntries(found)
}

/** The KV namespaces of the deployment. */
function remoteNamespaces(): Bindings {
  const entries = config.kv_namespaces.map(({ binding, id }) => {
    if (!id) throw new Error(`wrangler.jsonc has no id for ${binding}: deploy the Worker first.`)
    return [binding, { type: 'kv_namespace', id, remote: true }] as const
  })
  return Object.fromEntries(entries)
}

async function rotateKeys(isRemote: boolean, persistTo: string | undefined): Promise<Count> {
  const worker = await startWorker({
    config: config.configPath,
    entrypoint: fileOf('../src/rotate-keys-worker.ts'),
    bindings: { ...secretBindings(isRemote), ...(isRemote && remoteNamespaces()) } as never,
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      watch: false,
      logLevel: 'error',
      ...(persistTo && { persist: persistTo }),
    },
  })
  try {
    const buildFailure = once(worker.raw, 'buildFailed').then(() => {
      throw new Error('The Worker could not be built. Run `wrangler dev` to see why.')
    })
    const total = { resealed: 0, unchanged: 0, unreadable: 0 }
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const url = `http://localhost/${cursor && `?cursor=${encodeURIComponent(cursor)}`}`
      const response = await Promise.race([worker.fetch(url), buildFailure])
      const text = await response.text()
      if (!response.ok) throw new Error(errorDetail(text))
      const part = JSON.parse(text) as Count & { readonly cursor?: string }
      total.resealed += part.resealed
      total.unchanged += part.unchanged
      total.unreadable += part.unreadable
      cursor = part.cursor
    }
    return total
  } finally {
    await worker.dispose()
  }
}

/** Returns the `detail` of a problem+json answer, or else the whole text. */
function errorDetail(text: string): string {
  try {
    return (JSON.parse(text) as { detail: string }).detail
  } catch {
    return text
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { remote: { type: 'boolean', default: false }, 'persist-to': { type: 'string' } },
  })
  const count = await rotateKeys(values.remote, values['persist-to'])
  console.log(`${count.resealed} resealed with the newest key`)
  console.log(`${count.unchanged} already sealed with the newest key`)
  console.log(`${count.unreadable} not readable: damaged, or sealed with a key that OAUTH_KEYS lacks`)
  if (count.unreadable > 0) process.exitCode = 1
}

main().catch((error: { message?: string; cause?: { message?: string } }) => {
  console.error(error.message ?? error.cause?.message ?? 'The keys could not be rotated.')
  process.exitCode = 1
})
