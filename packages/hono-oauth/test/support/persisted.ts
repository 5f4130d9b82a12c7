import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Canaries, canaries } from './canaries.ts'

/** Files in which a runtime keeps its namespaces, its databases and its objects. */
export interface Persisted {
  /** Settings of Miniflare. */
  readonly options: {
    readonly kvPersist: string
    readonly d1Persist: string
    readonly durableObjectsPersist: string
  }
  /** Notes every byte of them for the scan, what was deleted and not yet overwritten included. */
  read(): Promise<void>
  remove(): Promise<void>
}

/** @param watching - takes the bytes; those of this test file by default */
export async function persist(watching: Canaries = canaries): Promise<Persisted> {
  const root = await mkdtemp(join(tmpdir(), 'runtime-'))
  return {
    options: {
      kvPersist: join(root, 'kv'),
      d1Persist: join(root, 'd1'),
      durableObjectsPersist: join(root, 'objects'),
    },
    async read() {
      for (const kind of ['kv', 'd1', 'objects']) {
        for (const file of await filesIn(join(root, kind))) {
          watching.write(`the files of ${kind}`, (await readFile(file)).toString('latin1'))
        }
      }
    },
    remove: () => rm(root, { recursive: true }),
  }
}

async function filesIn(directory: string): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const
  // Nobody stored anything of this kind.
  const entries = await readdir(directory, options).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}
