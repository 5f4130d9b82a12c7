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

  it('lists the common scenarios once, and those of a single provider at that provider', () => {
    const providers = new Map<string, string[]>()
    for (const { provider, name } of createEmulator().control.scenarios()) {
      providers.set(name, [...(providers.get(name) ?? []), provider])
    }
    const section = README.split('## Scenarios')[1]?.split('\n## ')[0] ?? ''
    const [common = '', own = ''] = section.split('Single providers have more')
    const namesIn = (text: string) => [...text.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = '']) => name)
    const isCommon = (name: string) => (providers.get(name)?.length ?? 0) > 1
    const rows = (text: string) => text.split('\n').filter((line) => line.startsWith('|'))
    expect(namesIn(rows(common).join()).toSorted()).toEqual([...providers.keys()].filter(isCommon).toSorted())
    const listed = rows(own).flatMap((row) => {
      const [, part = '', scenarios = ''] = row.split('|')
      return namesIn(scenarios).map((name) => [name, /`([^`]+)`/.exec(part)?.[1]])
    })
    const single = [...providers].flatMap(([name, [provider]]) => (isCommon(name) ? [] : [[name, provider]]))
    expect(listed.toSorted()).toEqual(single.toSorted())
  })

  it('says which common scenarios every provider has', () => {
    const all = [...README.matchAll(/^\| [^|]*\| (`.*`) \| all \|$/gm)].flatMap(([, names = '']) => names.split(', '))
    const listed = createEmulator().control.scenarios()
    const count = new Set(listed.map(({ provider }) => provider)).size
    const everywhere = [...new Set(listed.map(({ name }) => name))].filter(
      (name) => listed.filter((scenario) => scenario.name === name).length === count,
    )
    expect(all.toSorted()).toEqual(everywhere.map((name) => `\`${name}\``).toSorted())
  })
})
