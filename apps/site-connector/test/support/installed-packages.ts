import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const PACKAGES = fileURLToPath(new URL('../../../../packages/', import.meta.url))
const bin = (name: string, file: string) =>
  join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file)

export const WRANGLER = bin('wrangler', 'bin/wrangler.js')
export const TSC = bin('typescript', 'bin/tsc')
const TSDOWN = bin('tsdown', 'dist/run.mjs')

/** Runs a command of Node in a folder; its output is the message of a failure. */
export async function run(cwd: string, script: string, ...args: string[]): Promise<void> {
  const environment = { ...process.env, WRANGLER_SEND_METRICS: 'false' }
  await promisify(execFile)(process.execPath, [script, ...args], { cwd, env: environment }).catch((error) => {
    throw new Error(error.stdout + error.stderr)
  })
}

/** Makes a folder outside of this repository, in which packages of the workspace are as npm would install them. */
export async function makeFolder(...names: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'app-'))
  const modules = join(folder, 'node_modules')
  await mkdir(modules)
  await Promise.all(names.map((name) => install(name, modules)))
  return folder
}

async function install(name: string, modules: string): Promise<void> {
  const source = join(PACKAGES, name)
  const { publishConfig, ...manifest } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'))
  await mkdir(join(modules, name))
  await writeFile(join(modules, name, 'package.json'), JSON.stringify({ ...manifest, ...publishConfig }))
  for (const dependency of new Set(['hono', ...Object.keys(manifest.dependencies)])) {
    const link = join(modules, dependency)
    await mkdir(dirname(link), { recursive: true })
    // Both packages have the same version of Hono.
    await symlink(join(source, 'node_modules', dependency), link).catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
  await run(source, TSDOWN, '--out-dir', join(modules, name, 'dist'))
}
