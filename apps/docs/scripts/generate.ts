// Writes what the pages of the site are made of: `generated/` and `pages/providers/`. Neither is committed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { diagrams } from './diagrams.ts'
import { docstringExamples } from './docstring-examples.ts'
import { errorsPartial } from './error-pages.ts'
import { PLACES } from './places.ts'
import { type Output, providerPages } from './provider-pages.ts'
import { referencePages } from './reference.ts'
import { textOf } from './sections.ts'

const PACKAGE = fileURLToPath(new URL('../', import.meta.url))

const providers = await providerPages()
const reference = referencePages()
const outputs: Output[] = [
  ...PLACES.map((place): Output => [`generated/partials/${place.partial}.md`, textOf(place)]),
  ...diagrams(),
  ['generated/partials/error-codes.md', errorsPartial()],
  ...providers.outputs,
  ...reference.outputs,
  ...docstringExamples(),
  ['generated/sidebar.json', JSON.stringify({ providers: providers.links, modules: reference.links }, undefined, 2)],
]

for (const folder of ['generated', 'pages/providers/made', 'pages/reference/api'])
  rmSync(`${PACKAGE}${folder}`, { recursive: true, force: true })
for (const [path, text] of outputs) {
  mkdirSync(dirname(`${PACKAGE}${path}`), { recursive: true })
  writeFileSync(`${PACKAGE}${path}`, text)
}
console.log(`${outputs.length} files`)
