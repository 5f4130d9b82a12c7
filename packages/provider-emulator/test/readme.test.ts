import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HELP } from '../src/cli-arguments.ts'
import { createEmulator } from '../src/index.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const README = read('README.md')
const SCENARIOS = read('docs/scenarios.md')

describe('README', () => {
  it('has at most 900 words, with its code', () => {
    expect(README.split(/\s+/).length).toBeLessThanOrEqual(900)
  })

  it.each([
    ['README.md', 'in-a-test.test.ts'],
    ['docs/providers.md', 'own-provider.ts'],
  ])('%s shows the code of test/readme/%s, which runs here', (document, file) => {
    expect(read(document)).toContain(`\`\`\`ts\n${read(`test/readme/${file}`)}\`\`\``)
  })

  it('links to headings that exist', () => {
    const documents = readdirSync(new URL('../docs/', import.meta.url)).filter((name) => name.endsWith('.md'))
    const files = ['README.md', ...documents.map((name) => `docs/${name}`)]
    const anchors = new Map(
      files.map((file) => [
        file,
        [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
          heading
            .toLowerCase()
            .replaceAll(' ', '-')
            .replace(/[^\w-]/g, ''),
        ),
      ]),
    )
    const broken = files.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https:|[^)]+\.webp\))([^)]+)\)/g)].flatMap(([, link = '']) => {
        const url = new URL(link, `file:///${file}`)
        const headings = anchors.get(url.pathname.slice(1))
        return headings !== undefined && (url.hash === '' || headings.includes(url.hash.slice(1)))
          ? []
          : [`${file}: ${link}`]
      }),
    )
    expect(broken).toEqual([])
  })

  it('explains every option of the command line', () => {
    const documented = [...read('docs/control.md').matchAll(/^\| `(--[a-z-]+)/gm)].map(([, option]) => option)
    const options = [...HELP.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option)
    expect(documented).toEqual(options.filter((option) => option !== '--help'))
  })

  it('lists exactly the personalities of the emulator', () => {
    const section = read('docs/providers.md').split('## Personalities')[1]?.split('```')[0] ?? ''
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
    const [common = '', own = ''] = SCENARIOS.split('Single providers have more')
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
    const all = [...SCENARIOS.matchAll(/^\| [^|]*\| (`.*`) \| all \|$/gm)].flatMap(([, names = '']) =>
      names.split(', '),
    )
    const listed = createEmulator().control.scenarios()
    const count = new Set(listed.map(({ provider }) => provider)).size
    const everywhere = [...new Set(listed.map(({ name }) => name))].filter(
      (name) => listed.filter((scenario) => scenario.name === name).length === count,
    )
    expect(all.toSorted()).toEqual(everywhere.map((name) => `\`${name}\``).toSorted())
  })
})
