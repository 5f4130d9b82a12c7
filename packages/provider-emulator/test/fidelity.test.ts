import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DESCRIBED, fidelityPage } from '../../../scripts/fidelity-table.ts'
import { createEmulator } from '../src/index.ts'

const VENDOR = new URL('vendor/', import.meta.url)

const packageOf = (specifier: string): string => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''

describe('docs/fidelity.md', () => {
  it('has the table of the data', async () => {
    const page = readFileSync(new URL('../docs/fidelity.md', import.meta.url), 'utf8')
    expect(page, 'run `npx -y pnpm@12 run fidelity`').toBe(await fidelityPage())
  })

  it('has a row for every provider', () => {
    const providers = createEmulator()
      .control.scenarios()
      .map(({ provider }) => provider)
    expect(DESCRIBED.map(({ name }) => name)).toEqual([...new Set(providers)])
  })

  it('names the clients of test/vendor, for the parts that they do', () => {
    const imported = readdirSync(VENDOR).flatMap((file) =>
      [...readFileSync(new URL(file, VENDOR), 'utf8').matchAll(/ from '([^.'][^']*)'/g)]
        .map(([, specifier = '']) => packageOf(specifier))
        .filter((name) => name !== 'vitest' && !name.startsWith('node:')),
    )
    const named = DESCRIBED.flatMap(({ sources }) => sources.clients ?? [])
    expect([...new Set(named)].toSorted()).toEqual([...new Set(imported)].toSorted())
    const seen = DESCRIBED.filter(({ sources }) => Object.values(sources.marks).some((mark) => mark.includes('S')))
    expect(seen).toEqual(DESCRIBED.filter(({ sources }) => sources.clients !== undefined))
  })

  it('names a page for each documented provider', () => {
    const without = DESCRIBED.filter(
      ({ sources: { marks, pages } }) =>
        pages.length === 0 && Object.values(marks).some((mark) => mark.startsWith('D')),
    )
    expect(without).toEqual([])
  })
})
