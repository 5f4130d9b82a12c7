// Seals the stored connections anew with the newest key: those of this machine, or with `--remote` those of
// the deployment. It runs the app's own configuration in workerd, as `wrangler dev` would.
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

/** What is read of wrangler.jsonc. */
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

// What passes for a setting that is not here. For the keys nothing does.
const STAND_INS: Readonly<Record<string, string>> = {
  PUBLIC_ORIGIN: 'https://app.invalid',
  OAUTH_KEYS: '',
}
// Nothing leaves this machine but for what `--remote` reads and writes.
process.env['WRANGLER_SEND_METRICS'] = 'false'
process.env['WRANGLER_SEND_ERROR_REPORTS'] = 'false'
process.env['WRANGLER_WRITE_LOGS'] = 'false'
process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false'

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const config: Config = readConfig({ config: fileOf('../wrangler.jsonc') })

/** The ring, and whatever else the configuration wants: nothing of that plays a part in sealing. */
function secrets(isRemote: boolean): Bindings {
  const { configPath, secrets: declared } = config
  if (isRemote && !process.env['OAUTH_KEYS']) {
    throw new Error('Set OAUTH_KEYS to the keys of the deployment, newest first.')
  }
  const secret = (value: string): Binding => ({ type: 'secret_text', value })
  const local: Bindings = getVarsForDev(configPath, undefined, {}, undefined, true, declared)
  const found = (declared?.required ?? []).map((name): [string, Binding] => {
    const value = process.env[name]
    return [name, value ? secret(value) : (local[name] ?? secret(STAND_INS[name] ?? 'unused'))]
  })
  return Object.fromEntries(found)
}

/** The namespaces of the deployment. */
function remoteNamespaces(): Bindings {
  const entries = config.kv_namespaces.map(({ binding, id }) => {
    if (!id) throw new Error(`wrangler.jsonc has no id for ${binding}: nothing is deployed yet.`)
    return [binding, { type: 'kv_namespace', id, remote: true }] as const
  })
  return Object.fromEntries(entries)
}

async function rotateKeys(isRemote: boolean, persistTo: string | undefined): Promise<Count> {
  const worker = await startWorker({
    config: config.configPath,
    entrypoint: fileOf('../src/rotate-keys.ts'),
    bindings: { ...secrets(isRemote), ...(isRemote && remoteNamespaces()) } as never,
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      watch: false,
      logLevel: 'error',
      ...(persistTo && { persist: persistTo }),
    },
  })
  try {
    const broken = once(worker.raw, 'buildFailed').then(() => {
      throw new Error('The Worker could not be built.')
    })
    const total = { resealed: 0, unchanged: 0, unreadable: 0 }
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const url = `http://localhost/${cursor && `?cursor=${encodeURIComponent(cursor)}`}`
      const response = await Promise.race([worker.fetch(url), broken])
      const text = await response.text()
      if (!response.ok) throw new Error(detailOf(text))
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

/** What went wrong: problem+json where the app knew, a stack where it did not. */
function detailOf(text: string): string {
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
  console.log(`${count.resealed} sealed anew`)
  console.log(`${count.unchanged} sealed with the newest key already`)
  console.log(`${count.unreadable} sealed with a key that is not in OAUTH_KEYS, or damaged`)
  if (count.unreadable > 0) process.exitCode = 1
}

main().catch((error: { message?: string; cause?: { message?: string } }) => {
  console.error(error.message ?? error.cause?.message ?? 'It failed.')
  process.exitCode = 1
})
