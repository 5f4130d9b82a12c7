// Packs both packages, installs the tarballs with npm in an empty project outside of this repository, and uses them
// there: in Node, Bun, Deno and workerd each subpath is imported, and a person logs in at two emulated providers.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { folderOf, PUBLISHED, pack } from './packages/pack.ts'
import { subpathsOf } from './packages/subpaths.ts'

/** The runtimes that this workspace does not have: packages of npm. Node 20 is the oldest Node that is promised. */
const RUNTIMES = [
  { title: 'Node', name: 'node', version: '20.20.2', args: [] },
  { title: 'Bun', name: 'bun', version: '1.4.5', args: [] },
  { title: 'Deno', name: 'deno', version: '2.9.6', args: ['run', '--allow-env', '--allow-read'] },
] as const
const NPM = ['--no-audit', '--no-fund', '--no-update-notifier', '--prefer-offline', '--loglevel=error']
// From 2026-08-04 on, workerd has Node compatibility without being told.
const COMPATIBILITY_DATE = '2026-07-01'

const TSC = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))
/** How strict an app may be: it checks the types of its dependencies too, and has none of any runtime. */
const TYPES = [
  ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--types', ''],
  ...['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom'],
]

/** The subpaths that are for one place alone. */
const IN_WORKERD_ALONE = ['hono-oauth/durable-object']
const IN_PROCESSES_ALONE = ['provider-emulator/server']
const IN_VITEST_ALONE = ['provider-emulator/vitest']

const run = promisify(execFile)
const failures: string[] = []
const folder = await mkdtemp(join(tmpdir(), 'try-packages-'))
try {
  const project = join(folder, 'project')
  await Promise.all([installPackages(project), installRuntimes()])
  const subpaths = await findSubpaths(project)
  console.log(`${subpaths.length} subpaths; ${IN_VITEST_ALONE} is for Vitest alone, and not imported`)

  const inProcesses = subpaths.filter((specifier) => !IN_WORKERD_ALONE.includes(specifier))
  await writeImports(project, inProcesses)
  await tryIn('the compiler', () => run(process.execPath, [TSC, ...TYPES, 'subpaths.ts'], { cwd: project }))
  await tryIn(`Node ${process.versions.node}`, () => run(process.execPath, ['main.js'], { cwd: project }))
  await tryIn('the command provider-emulator', () =>
    run(join(project, 'node_modules/.bin/provider-emulator'), ['--help']),
  )
  await tryIn('the command hono-oauth', () => tryCommand(project))
  for (const { title, name, version, args } of RUNTIMES) {
    const command = join(folder, name, 'node_modules/.bin', name)
    const isHere = await run(command, ['--version']).then(
      () => true,
      () => false,
    )
    if (isHere) await tryIn(`${title} ${version}`, () => run(command, [...args, 'main.js'], { cwd: project }))
    else console.log(`- ${title} ${version}: not tried, because npm has not installed it`)
  }

  const inWorkerd = subpaths.filter((specifier) => !IN_PROCESSES_ALONE.includes(specifier))
  await writeImports(project, inWorkerd)
  const script = await bundle(project)
  await tryIn('workerd without Node compatibility', () => tryInWorkerd(script, []))
  await tryIn('workerd with Node compatibility', () => tryInWorkerd(script, ['nodejs_compat']))
} finally {
  await rm(folder, { recursive: true })
}
if (failures.length > 0) process.exitCode = 1

/** Makes a key by the command. Then it has to find the presets in the published files, and what it runs in Workers. */
async function tryCommand(project: string): Promise<void> {
  const command = (...args: string[]) => run('npx', ['--no-install', 'hono-oauth', ...args], { cwd: project })
  const { stdout } = await command('keygen')
  if (!/^[\w+/]{43}=\n$/.test(stdout)) throw new Error('keygen printed no key')
  const refusal: string = await command('init', '--provider', 'nope').catch(({ stderr }) => stderr)
  if (!/webflow, wix, .*github, githubApp, /.test(refusal)) throw new Error(`init knows no preset: ${refusal}`)
  await readFile(join(project, 'node_modules/hono-oauth/dist/command/probe.js'))
}

/** An empty project, with the tarballs and with the trial. */
async function installPackages(project: string): Promise<void> {
  const tarballs = await Promise.all(PUBLISHED.map((name) => pack(name, folder)))
  await cp(fileURLToPath(new URL('packages/trial', import.meta.url)), project, { recursive: true })
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const { devDependencies } = JSON.parse(await readFile(join(folderOf('hono-oauth'), 'package.json'), 'utf8'))
  // The peers that a subpath imports.
  const peers = ['hono', '@opentelemetry/api'].map((name) => `${name}@${devDependencies[name]}`)
  await run('npm', ['install', ...NPM, ...tarballs, ...peers], { cwd: project })
}

async function installRuntimes(): Promise<void> {
  for (const { name, version } of RUNTIMES) {
    const cwd = join(folder, name)
    await mkdir(cwd)
    await writeFile(join(cwd, 'package.json'), JSON.stringify({ private: true }))
    await run('npm', ['install', ...NPM, `${name}@${version}`], { cwd }).catch((error) => console.log(error.stderr))
  }
}

async function findSubpaths(project: string): Promise<readonly string[]> {
  const found = await Promise.all(
    PUBLISHED.map(async (name) => {
      const installed = join(project, 'node_modules', name)
      const { exports } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
      return subpathsOf(name, exports, await readdir(installed, { recursive: true }))
    }),
  )
  return found
    .flat()
    .map(({ specifier }) => specifier)
    .filter((specifier) => !IN_VITEST_ALONE.includes(specifier))
}

/** A module that takes all that the subpaths export, so that a bundler drops nothing. */
async function writeImports(project: string, specifiers: readonly string[]): Promise<void> {
  const imports = specifiers.map((specifier, index) => `import * as _${index} from '${specifier}'`)
  const modules = specifiers.map((_, index) => `_${index}`).join(', ')
  const check = `if ([${modules}].some((each) => Object.keys(each).length === 0)) throw new Error('an empty module')`
  const text = `${imports.join('\n')}\n${check}\n`
  for (const file of ['subpaths.js', 'subpaths.ts']) await writeFile(join(project, file), text)
}

async function bundle(project: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(project, 'worker.js')],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:workers'],
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

async function tryInWorkerd(script: string, compatibilityFlags: string[]): Promise<void> {
  const { Miniflare } = createRequire(join(folderOf('hono-oauth'), 'package.json'))('miniflare')
  const miniflare = new Miniflare({ modules: true, script, compatibilityDate: COMPATIBILITY_DATE, compatibilityFlags })
  try {
    const answer = await miniflare.dispatchFetch('http://localhost:8787/')
    if (!answer.ok) throw new Error(await answer.text())
  } finally {
    await miniflare.dispose()
  }
}

async function tryIn(name: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now()
  try {
    await work()
    console.log(`✓ ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  } catch (error) {
    failures.push(name)
    console.log(`✗ ${name}: ${error instanceof Error ? error.message : error}`)
  }
}
