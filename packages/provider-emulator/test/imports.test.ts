import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'

const SOURCE = new URL('../src/', import.meta.url)
const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
)
const NODE_FILES = ['server.ts', 'cli.ts', 'cli-arguments.ts']

const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g

const specifiersOf = (path: string) =>
  [...readFileSync(new URL(path, SOURCE), 'utf8').matchAll(SPECIFIER)].map(
    ([, specifier]) => specifier ?? '',
  )

const isPlain = (specifier: string) =>
  /^\.{1,2}\/.+\.ts$/.test(specifier) || /^hono(\/|$)/.test(specifier)
const needsNode = (specifier: string) =>
  specifier.startsWith('node:') || specifier === '@hono/node-server'

const PROVIDERS = ['webflow', 'wix', 'oauth-example']
const providerOf = (path: string) => PROVIDERS.find((name) => path.startsWith(`${name}/`))
// Where providers are named once, so that nothing else has to.
const REGISTRATION = ['cli.ts', 'emulator.ts', 'index.ts', 'options.ts']

/** The provider folders that a file imports from. */
const providersOf = (path: string) => {
  const paths = specifiersOf(path)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => new URL(specifier, new URL(path, SOURCE)).href.slice(SOURCE.href.length))
  return PROVIDERS.filter((name) => paths.some((imported) => providerOf(imported) === name))
}

describe('imports', () => {
  it('finds the source files and their specifiers', () => {
    expect(FILES.length).toBeGreaterThan(20)
    expect(specifiersOf('server.ts')).toContain('@hono/node-server')
    expect(specifiersOf('index.ts')).toContain('./emulator.ts')
  })

  it.each(FILES)('%s imports nothing else', (path) => {
    const allowed = NODE_FILES.includes(basename(path))
      ? (specifier: string) => isPlain(specifier) || needsNode(specifier)
      : isPlain
    expect(specifiersOf(path).filter((specifier) => !allowed(specifier))).toEqual([])
  })

  it('keeps a provider to itself', () => {
    const wrong = FILES.filter((path) => !REGISTRATION.includes(path)).filter((path) =>
      providersOf(path).some((name) => name !== providerOf(path)),
    )
    expect(wrong).toEqual([])
    expect(providersOf('emulator.ts')).toEqual(PROVIDERS)
  })

  it('keeps the names of providers out of shared code', () => {
    const naming = FILES.filter((path) => providerOf(path) === undefined)
      .filter((path) => ![...REGISTRATION, 'cli-arguments.ts'].includes(path))
      .filter((path) =>
        /webflow|\bwix|oauth.?example/i.test(readFileSync(new URL(path, SOURCE), 'utf8')),
      )
    expect(naming).toEqual([])
  })

  it('keeps Node out of everything the index reaches', () => {
    const reached = new Set<string>()
    const visit = (url: URL) => {
      const path = url.href.slice(SOURCE.href.length)
      if (reached.has(path)) return
      reached.add(path)
      for (const specifier of specifiersOf(path)) {
        if (specifier.startsWith('.')) visit(new URL(specifier, url))
      }
    }
    visit(new URL('index.ts', SOURCE))
    expect([...reached].filter((path) => NODE_FILES.includes(path))).toEqual([])
  })
})
