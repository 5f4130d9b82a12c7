import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const PUBLISHED = ['hono-oauth', 'provider-emulator'] as const

export const folderOf = (name: string) => fileURLToPath(new URL(`../../packages/${name}`, import.meta.url))

/**
 * Builds a package and packs it as `pnpm publish` does, with what `publishConfig` says.
 *
 * @param folder - where to write the tarball
 * @returns the path of the tarball
 */
export async function pack(name: string, folder: string): Promise<string> {
  const tarball = join(folder, `${name}.tgz`)
  // Each command of the workspace has pnpm on its PATH, because pnpm runs it.
  await promisify(execFile)('pnpm', ['pack', '--out', tarball], { cwd: folderOf(name) }).catch((error) => {
    throw new Error(`${name} cannot be packed: ${error.message}\n${error.stdout ?? ''}`)
  })
  return tarball
}
