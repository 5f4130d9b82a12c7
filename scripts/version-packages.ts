// Gives the packages their next versions, and their CHANGELOGs what the changesets say.
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { moveUnreleased } from './packages/changelog.ts'
import { folderOf, PUBLISHED } from './packages/pack.ts'

execFileSync('changeset', ['version'], { stdio: 'inherit' })
for (const name of PUBLISHED) {
  const path = join(folderOf(name), 'CHANGELOG.md')
  const changelog = await readFile(path, 'utf8').catch(() => undefined)
  if (changelog !== undefined) await writeFile(path, moveUnreleased(changelog))
}
