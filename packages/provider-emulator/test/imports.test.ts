import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const SOURCE = new URL('../src/', import.meta.url)
const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
const NODE_FILES = ['server.ts', 'cli.ts', 'cli-arguments.ts']

const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g

const specifiersOf = (path: string) =>
  [...readFileSync(new URL(path, SOURCE), 'utf8').matchAll(SPECIFIER)].map(([, specifier]) => specifier ?? '')

const isPlain = (specifier: string) => /^\.{1,2}\/.+\.ts$/.test(specifier) || /^hono(\/|$)/.test(specifier)
const needsVitest = (specifier: string) => specifier === 'vitest'
const needsNode = (specifier: string) => specifier.startsWith('node:') || specifier === '@hono/node-server'

const PROVIDERS = ['webflow', 'wix', 'oauth-example', 'personalities']
const providerOf = (path: string) => PROVIDERS.find((name) => path.startsWith(`${name}/`))
// The only files that may name providers.
const REGISTRATION = ['cli.ts', 'emulator.ts', 'index.ts', 'options.ts']

/** The files that a file imports, of types too. */
const filesOf = (path: string): readonly string[] =>
  specifiersOf(path)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => new URL(specifier, new URL(path, SOURCE)).href.slice(SOURCE.href.length))

/** The providers whose folders a file imports from. */
const providersOf = (path: string) =>
  PROVIDERS.filter((name) => filesOf(path).some((imported) => providerOf(imported) === name))

/** Every file that `path` reaches through imports. */
function reachableFrom(path: string, reached: Set<string> = new Set()): ReadonlySet<string> {
  for (const imported of filesOf(path)) {
    if (reached.has(imported)) continue
    reached.add(imported)
    reachableFrom(imported, reached)
  }
  return reached
}

describe('imports', () => {
  it('finds the source files and their specifiers', () => {
    expect(FILES.length).toBeGreaterThan(20)
    expect(specifiersOf('server.ts')).toContain('@hono/node-server')
    expect(specifiersOf('index.ts')).toContain('./emulator.ts')
  })

  it.each(FILES)('%s imports only allowed modules', (path) => {
    const extra = NODE_FILES.includes(path) ? needsNode : path === 'vitest.ts' ? needsVitest : () => false
    const allowed = (specifier: string) => isPlain(specifier) || extra(specifier)
    expect(specifiersOf(path).filter((specifier) => !allowed(specifier))).toEqual([])
  })

  it('keeps the providers independent of each other', () => {
    const wrong = FILES.filter((path) => !REGISTRATION.includes(path)).filter((path) =>
      providersOf(path).some((name) => name !== providerOf(path)),
    )
    expect(wrong).toEqual([])
    expect(providersOf('emulator.ts')).toEqual(PROVIDERS)
  })

  it('has no provider names in shared code', () => {
    const naming = FILES.filter((path) => providerOf(path) === undefined)
      .filter((path) => ![...REGISTRATION, 'cli-arguments.ts'].includes(path))
      .filter((path) => /webflow|\bwix|oauth.?example/i.test(readFileSync(new URL(path, SOURCE), 'utf8')))
    expect(naming).toEqual([])
  })

  it('imports no Node module from the index', () => {
    const reached = reachableFrom('index.ts')
    expect(reached).toContain('emulator.ts')
    expect([...reached].filter((path) => [...NODE_FILES, 'vitest.ts'].includes(path))).toEqual([])
  })

  it('has no circle of files', () => {
    expect(FILES.filter((path) => reachableFrom(path).has(path))).toEqual([])
  })
})
