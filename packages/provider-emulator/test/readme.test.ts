import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createEmulator } from '../src/index.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('README', () => {
  it('lists exactly the personalities of the emulator', () => {
    const section = README.split('### Personalities')[1]?.split('```')[0] ?? ''
    const listed = [...section.matchAll(/^\| `([a-z-]+)` /gm)].map(([, name]) => name)
    const providers = new Set(
      createEmulator()
        .control.scenarios()
        .map(({ provider }) => provider),
    )
    expect(listed).toEqual([...providers].slice(3))
  })

  it('lists exactly the scenarios of the emulator', () => {
    const section = README.split('## Scenarios')[1]?.split('\n## ')[0] ?? ''
    const rows = section.split('\n').filter((line) => line.startsWith('|'))
    const listed = [...rows.join().matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name)
    // All personalities have the scenarios of `github`, which the table lists once.
    const listing = ['webflow', 'wix', 'oauth.example', 'github']
    const names = createEmulator()
      .control.scenarios()
      .filter(({ provider }) => listing.includes(provider))
      .map(({ name }) => name)
    expect(listed.toSorted()).toEqual(names.toSorted())
  })
})
