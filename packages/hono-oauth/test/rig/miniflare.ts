import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare, type WorkerOptions } from 'miniflare'
import { type Canaries, canaries } from './canaries.ts'

const MARK = 'the last word: '
const STREAMS = ['stdout', 'stderr'] as const
const KINDS = { kv: 'kvPersist', d1: 'd1Persist', objects: 'durableObjectsPersist' } as const

/** Bundles a Worker of these tests; it may import nothing of Node. */
export async function bundleWorker(file: URL): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(file)],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker'],
    external: ['cloudflare:workers'],
    write: false,
  })
  return result.outputFiles[0]?.text ?? ''
}

/** A Worker to run beside those of a test: what it writes last tells that all before it was read. */
const LAST_WORD = {
  name: 'last-word',
  modules: true,
  compatibilityDate: '2026-07-01',
  script: `export default { async fetch(request) {
    const word = await request.text()
    console.log(word)
    console.error(word)
    return new Response()
  } }`,
} as const

/**
 * Opens workerd with some Workers. What they log, and every byte that they store, is noted for the scan.
 *
 * @param options - `watching` takes all that is written, and `isSilent` is for a runtime that logs whatever
 *   goes wrong: its log is scanned, and not printed
 * @returns `dispose`, which waits until all that was written is read
 */
export async function openMiniflare(
  workers: readonly Omit<Extract<WorkerOptions, { script: string }>, 'modules'>[],
  { watching = canaries, isSilent = false }: { readonly watching?: Canaries; readonly isSilent?: boolean } = {},
) {
  const root = await mkdtemp(join(tmpdir(), 'runtime-'))
  const spoken = new Map<string, () => void>()
  function listen(name: (typeof STREAMS)[number], stream: Readable): void {
    createInterface(stream).on('line', (line) => {
      if (line.startsWith(MARK)) spoken.get(name)?.()
      else if (!watching.takeLine(`the ${name} of workerd`, line) && !isSilent) {
        console[name === 'stdout' ? 'log' : 'error'](line)
      }
    })
  }
  const folders = Object.entries(KINDS).map(([kind, option]) => [option, join(root, kind)])
  const miniflare = new Miniflare({
    ...Object.fromEntries(folders),
    inspectorPort: 0,
    handleRuntimeStdio(stdout: Readable, stderr: Readable) {
      listen('stdout', stdout)
      listen('stderr', stderr)
    },
    workers: [
      ...workers.map((each) => ({ compatibilityDate: '2026-07-01', ...each, modules: true })),
      LAST_WORD,
    ] as WorkerOptions[],
  })
  await miniflare.ready

  async function dispose(): Promise<void> {
    const heard = STREAMS.map((stream) => new Promise<void>((resolve) => spoken.set(stream, resolve)))
    await (await miniflare.getWorker(LAST_WORD.name)).fetch('https://worker.example', { method: 'POST', body: MARK })
    await Promise.all(heard)
    await miniflare.dispose()
    for (const kind of Object.keys(KINDS)) {
      for (const file of await filesIn(join(root, kind))) {
        watching.write(`the files of ${kind}`, (await readFile(file)).toString('latin1'))
      }
    }
    await rm(root, { recursive: true })
  }
  return { miniflare, dispose, files: () => filesIn(root) }
}

/** The files below a folder; none where nothing of this kind was stored. */
async function filesIn(directory: string): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const
  const entries = await readdir(directory, options).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}
