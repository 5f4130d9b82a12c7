import { type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))
/** Programs that an app has too. */
export const WRANGLER = join(PACKAGE, 'node_modules/wrangler/bin/wrangler.js')
export const TSC = join(PACKAGE, '../../node_modules/typescript/bin/tsc')
const MAIN = join(PACKAGE, 'src/command/main.ts')

export type Files = Readonly<Record<string, string>>

/** An app in a folder of its own, with the packages of this workspace. */
export async function makeProject(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hono-oauth-command-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'node_modules'))
  await symlink(PACKAGE, join(folder, 'node_modules/hono-oauth'))
  for (const name of ['hono', 'wrangler'])
    await symlink(join(PACKAGE, 'node_modules', name), join(folder, 'node_modules', name))
  const all = { 'package.json': '{ "private": true, "type": "module" }', ...files }
  for (const [path, content] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

/** The files of a project by their paths, without packages and what Wrangler leaves. */
export async function filesOf(folder: string): Promise<Files> {
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
    .filter((path) => !/^(node_modules|\.wrangler|\.git|out)\//.test(path))
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')])),
  )
}

interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program in a folder; without an input it has none. */
export async function runNode(folder: string, args: readonly string[], input?: string): Promise<Run> {
  const options: SpawnOptions = { cwd: folder, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] }
  const child = spawn(process.execPath, args, options) as ChildProcessByStdio<Writable | null, Readable, Readable>
  child.stdin?.end(input)
  const ended = new Promise<number | null>((done) => child.once('close', done))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, stdout, stderr }
}

/** Runs `npx hono-oauth` in a folder, without a terminal. */
export const runCommand = (folder: string, args: readonly string[], input?: string) =>
  runNode(folder, [MAIN, ...args], input)
