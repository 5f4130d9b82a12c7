import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CommandError } from './command-error.ts'

/** A provider as its docstring shows it. */
export interface PresetExample {
  /** The function, such as `github`. */
  readonly call: string
  /** The name of the provider in the app's URLs. */
  readonly name: string
  /** Such as `hono-oauth/providers/github`. */
  readonly module: string
  /** The call with its settings. */
  readonly code: string
  /** The names that the call reads from `env`. */
  readonly variables: readonly string[]
  /** Whether the provider needs a store that can compare and swap. */
  readonly needsSwap: boolean
}

const PROVIDERS = new URL('../providers/', import.meta.url)
// The docstrings are in the sources, and in the types of the published package.
const SUFFIX = extname(import.meta.url) === '.ts' ? '.ts' : '.d.ts'
const OWN_FOLDERS = ['webflow', 'wix']

/**
 * Finds a preset and the example of its docstring.
 *
 * @throws CommandError for a name that no preset has, with the names that there are
 */
export async function findPreset(call: string): Promise<PresetExample> {
  const all = sources()
  for (const { module, path } of all) {
    const found = examplesIn(readFileSync(path, 'utf8')).find((each) => each.call === call)
    if (!found) continue
    const variables = [...new Set([...found.code.matchAll(/\benv\.(\w+)/g)].map(([, name = '']) => name))]
    const name = call.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const needsSwap = await isRotating(path.replace(/(\.d)?\.ts$/, extname(import.meta.url)), call)
    return { call, name, module: `hono-oauth/providers/${module}`, code: found.code, variables, needsSwap }
  }
  const names = all.flatMap(({ path }) => examplesIn(readFileSync(path, 'utf8')).map((each) => each.call))
  throw new CommandError(`There is no provider ${JSON.stringify(call)}. There are: ${names.join(', ')}.`)
}

function sources(): { readonly module: string; readonly path: string }[] {
  const folder = fileURLToPath(new URL('presets/', PROVIDERS))
  const presets = readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX) && (SUFFIX === '.d.ts' || !file.endsWith('.d.ts')))
    .map((file) => ({ module: file.slice(0, -SUFFIX.length), path: `${folder}${file}` }))
  const others = OWN_FOLDERS.map((module) => ({
    module,
    path: fileURLToPath(new URL(`${module}/index${SUFFIX}`, PROVIDERS)),
  }))
  return [...others.filter(({ path }) => existsSync(path)), ...presets]
}

const DOCUMENTED = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export|declare|export declare) (?:const|function) (\w+)\b/g
const EXAMPLE = /```ts\n([\s\S]*?)\n *\* ```/

function examplesIn(source: string): { readonly call: string; readonly code: string }[] {
  let first: { readonly call: string; readonly code: string } | undefined
  return [...source.matchAll(DOCUMENTED)].flatMap(([, docstring = '', call = '']) => {
    const own = EXAMPLE.exec(docstring)?.[1]?.replace(/^ *\* ?/gm, '')
    // A preset beside the first one may take the same settings.
    const code = own ?? first?.code.replaceAll(`${first.call}(`, `${call}(`)
    if (code === undefined || !code.startsWith(`${call}(`)) return []
    first ??= { call, code }
    return [{ call, code }]
  })
}

/** Whether each use of a refresh token replaces it; true where the preset does not say without its own settings. */
async function isRotating(path: string, call: string): Promise<boolean> {
  const module = (await import(pathToFileURL(path).href)) as Readonly<
    Record<string, (settings: object) => { refreshTokens?: string }>
  >
  try {
    return module[call]?.({ clientId: 'id', clientSecret: 'secret', scopes: [] }).refreshTokens === 'rotating'
  } catch {
    return true
  }
}
