import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'vitest'

const SOURCE = new URL('../src/', import.meta.url)

const importsOf = (url: URL) =>
  [...readFileSync(url, 'utf8').matchAll(/\bfrom '(\.[^']+)'/g)].map(([, specifier = '']) => new URL(specifier, url))

/** The first circle of files that starts at `url`. Imports of types count. */
function findCircle(url: URL, path: readonly string[] = []): readonly string[] | undefined {
  const name = url.href.slice(SOURCE.href.length)
  if (path.includes(name)) return [...path, name]
  return importsOf(url)
    .map((imported) => findCircle(imported, [...path, name]))
    .find((circle) => circle !== undefined)
}

describe('imports', () => {
  it('has no circle of files', ({ expect }) => {
    expect(importsOf(new URL('index.tsx', SOURCE)).length).toBeGreaterThan(5)
    const circles = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path))
      .map((file) => findCircle(new URL(file, SOURCE)))
    expect(circles.filter(Boolean)).toEqual([])
  })
})
