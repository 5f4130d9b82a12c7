import { execFileSync } from 'node:child_process'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Subpath } from './subpaths.ts'

const BIOME = fileURLToPath(new URL('../../node_modules/.bin/biome', import.meta.url))

// The compiler writes each statement from the first column on, and what belongs to it further right or after a brace.
const STATEMENT = /^(?=(?:export|declare|import|abstract|const|let|function|class|type|interface|enum|namespace)\b)/m
const IMPORT = /^import (?:type )?\{([^}]*)\} from "([^"]+)"/
const EXPORT_LIST = /^export (?:type )?\{([^}]*)\}(?: from "([^"]+)")?/
const NAME = /^(?:export )?(?:declare )?(?:abstract )?(?:const|let|function|class|type|interface|enum|namespace) (\w+)/

interface Module {
  /** What the module declares: the text of each name, with all overloads. */
  readonly declared: Map<string, string>
  /** Where a name of the module comes from. */
  readonly imported: Map<string, { readonly path: string; readonly name: string }>
  /** The names that other modules see, and the module's own names of them. */
  readonly exported: Map<string, string>
}

/**
 * Writes down the public types of a package.
 *
 * @param types - the text of each `.d.ts` file, by path
 * @returns a document for each key of `exports`, and `internal.md` with the types that the public ones use and that
 *   cannot be imported
 */
export function describeApi(
  subpaths: readonly Subpath[],
  types: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const modules = new Map([...types].map(([path, text]) => [path, readModule(text, path)]))
  const isPublic = new Set<string>()

  function declarationOf(path: string, name: string): string {
    const module = modules.get(path)
    const own = module?.exported.get(name) ?? name
    const text = module?.declared.get(own)
    const source = module?.imported.get(own)
    if (text === undefined && source && modules.has(source.path)) return declarationOf(source.path, source.name)
    isPublic.add(`${path} ${own}`)
    return text ?? `export { ${name} } from '${source?.path}'`
  }
  const describe = (path: string) =>
    [...(modules.get(path)?.exported.keys() ?? [])].toSorted().map((name) => declarationOf(path, name))

  const documents = new Map<string, string[]>()
  for (const { key, specifier, types: path } of subpaths) {
    const document = documents.get(fileNameOf(key)) ?? []
    documents.set(fileNameOf(key), [...document, `// ${specifier}`, ...describe(path)])
  }
  const internal = [...modules].toSorted(byName).flatMap(([path, { declared }]) => {
    const hidden = [...declared].filter(([name]) => !isPublic.has(`${path} ${name}`)).toSorted(byName)
    return hidden.length === 0 ? [] : [`// ${path}`, ...hidden.map(([, text]) => text)]
  })
  return format(documents.set('internal.md', internal))
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1)

const fileNameOf = (key: string) =>
  key === '.' ? 'index.md' : `${key.slice(2).replaceAll('/', '-').replace('*', 'presets')}.md`

const MARK = '// document: '

/** Writes each document as one block of code, in the style of the workspace. */
function format(documents: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> {
  const input = [...documents].map(([file, texts]) => [MARK + file, ...texts].join('\n\n')).join('\n\n')
  const output = execFileSync(BIOME, ['format', '--stdin-file-path=api.ts'], { input, encoding: 'utf8' })
  const formatted = output.split(MARK).slice(1)
  return new Map(
    formatted.map((text) => {
      const end = text.indexOf('\n')
      return [text.slice(0, end), `\`\`\`ts\n${text.slice(end).trim()}\n\`\`\`\n`]
    }),
  )
}

function readModule(text: string, path: string): Module {
  const module: Module = { declared: new Map(), imported: new Map(), exported: new Map() }
  const code = text.replaceAll(/^[ \t]*\/\*\*[\s\S]*?\*\/\n?/gm, '')
  for (const statement of code.split(STATEMENT)) {
    const taken = IMPORT.exec(statement)
    const listed = EXPORT_LIST.exec(statement)
    const [, name] = NAME.exec(statement) ?? []
    if (taken) {
      for (const [theirs, ours] of pairsIn(taken[1])) {
        module.imported.set(ours, { path: pathOf(taken[2] ?? '', path), name: theirs })
      }
    } else if (listed) {
      for (const [ours, theirs] of pairsIn(listed[1])) {
        module.exported.set(theirs, ours)
        if (listed[2]) module.imported.set(ours, { path: pathOf(listed[2], path), name: ours })
      }
    } else if (name) {
      const declaration = statement.trim().replace(/^export /, '')
      const overloads = module.declared.get(name)
      module.declared.set(name, overloads ? `${overloads}\n${declaration}` : declaration)
      if (statement.startsWith('export ')) module.exported.set(name, name)
    } else if (statement.trim() !== '' && !/^import "/.test(statement)) {
      throw new Error(`a statement that is not known in ${path}: ${statement}`)
    }
  }
  return module
}

/** The names in braces, `type` left out: those before and after `as`. */
const pairsIn = (names = ''): readonly (readonly [string, string])[] =>
  names
    .split(',')
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '')
    .map((name) => {
      const [first = '', second = first] = name.split(' as ')
      return [first, second]
    })

const pathOf = (specifier: string, from: string) =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.d.ts') : specifier
