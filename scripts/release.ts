// Publishes the versions that npm does not have. Each package gets the address of the repository that publishes it:
// npm compares it with the provenance, and its pages need it for the links of a README.
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { folderOf, PUBLISHED } from './packages/pack.ts'

const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env
if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY) {
  throw new Error('The workflow `release` publishes: provenance proves which run of it built a package.')
}
for (const name of PUBLISHED) {
  const path = join(folderOf(name), 'package.json')
  const manifest = JSON.parse(await readFile(path, 'utf8'))
  const repository = {
    type: 'git',
    url: `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`,
    directory: `packages/${name}`,
  }
  await writeFile(path, `${JSON.stringify({ repository, ...manifest }, null, 2)}\n`)
}
execFileSync('changeset', ['publish'], { stdio: 'inherit' })
