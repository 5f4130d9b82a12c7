import { posix } from 'node:path'

/** The `exports` of a packed manifest. */
export type Exports = Readonly<Record<string, string | { readonly types: string; readonly default: string }>>

/** What an import of one subpath leads to. */
export interface Subpath {
  /** The key of `exports`; several subpaths have one with `*`. */
  readonly key: string
  /** What is written in an import, such as `hono-oauth/stores/kv`. */
  readonly specifier: string
  /** The path of the types in the package. */
  readonly types: string
}

/** Lists each subpath of a package that is code, in the order of `exports`, with patterns replaced by what they match. */
export function subpathsOf(name: string, exports: Exports, paths: Iterable<string>): readonly Subpath[] {
  const files = [...paths].toSorted()
  return Object.entries(exports).flatMap(([key, target]) => {
    if (typeof target === 'string') return []
    const [before = '', after] = posix.normalize(target.types).split('*')
    const specifier = posix.join(name, key)
    if (after === undefined) return [{ key, specifier, types: before }]
    return files
      .filter((path) => path.startsWith(before) && path.endsWith(after))
      .map((types) => ({ key, specifier: specifier.replace('*', types.slice(before.length, -after.length)), types }))
  })
}
