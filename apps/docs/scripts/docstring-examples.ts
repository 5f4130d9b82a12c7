// Each example of a docstring as a module of its own, which is type checked and run: with imports of the public symbols
// that it names. What an app has around it, such as `app` and `env`, is declared in test/docstrings/globals.d.ts.
import ts from 'typescript-js'
import { parseDocstring } from './docstring.ts'
import type { Output } from './provider-pages.ts'
import { PLACES } from './places.ts'
import { modules } from './reference.ts'
import { textOf } from './sections.ts'
import { commentOf, type PublicSymbol } from './symbols.ts'

// test/readme of hono-oauth compares the code of these with files that it runs.
const RUN_THERE = [
  'write-a-provider',
  'write-a-store',
  'single-page-apps',
  'popups',
  'testing',
  'own-pages',
  'oauth2',
  'oidc',
  'scopes',
]

/** The examples of a symbol and of its members. */
function examplesOf({ node, file }: PublicSymbol): string[] {
  const members = ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) ? [...node.members] : []
  return [node, ...members].flatMap((each) => parseDocstring(commentOf(each, file)).examples)
}

/** The modules. */
export function docstringExamples(): Output[] {
  const all = modules()
  const homes = new Map<string, string>()
  for (const { name, symbols } of all) {
    for (const symbol of symbols) {
      const home = name.replace('*', symbol.file.fileName.replace(/.*\/|\.ts$/g, ''))
      if (!homes.has(symbol.name)) homes.set(symbol.name, home)
    }
  }
  const seen = new Set<string>()
  const docstrings = all.flatMap(({ symbols }) =>
    symbols.flatMap((symbol) =>
      examplesOf(symbol).flatMap((example, index): Output[] => {
        const code = example.replace(/^```\w*\n|\n```$/g, '')
        if (seen.has(code)) return []
        seen.add(code)
        return [[`generated/docstrings/${symbol.name}-${index}.ts`, moduleOf(code, homes)]]
      }),
    ),
  )
  return [...docstrings, ...documentExamples(homes)]
}

/** The examples of the sections that the site shows, but for those whose code has tests of its own. */
function documentExamples(homes: ReadonlyMap<string, string>): Output[] {
  const places = PLACES.filter(({ partial }) => !RUN_THERE.includes(partial))
  return places.flatMap((place) =>
    [...textOf(place).matchAll(/^```ts\n([\s\S]*?)\n```$/gm)].map(
      ([, code = ''], index): Output => [
        `generated/docstrings/section-${place.partial}-${index}.ts`,
        moduleOf(code, homes),
      ],
    ),
  )
}

function moduleOf(code: string, homes: ReadonlyMap<string, string>): string {
  const words = new Set(code.match(/(?<![.\w'"/-])[A-Za-z]\w*(?![\w'"]*['"]?:(?!:))/g))
  const imported = [...code.matchAll(/\bimport (?:type )?\{([^}]*)\}/g)].flatMap(
    ([, names = '']) => names.match(/\w+/g) ?? [],
  )
  const declared = [...code.matchAll(/\b(?:const|function)\s+(\w+)/g)].map(([, name = '']) => name)
  const own = new Set([...imported, ...declared])
  const imports = [...homes].flatMap(([name, home]) =>
    words.has(name) && !own.has(name) ? [`import { ${name} } from '${home}'\n`] : [],
  )
  // A single setting stands in the configuration.
  const whole = /^\w+: /.test(code) ? `const config: Partial<import('hono-oauth').OAuthConfig> = {\n${code}\n}` : code
  return `${imports.join('')}${withExports(whole)}\nexport {}\n`
}

/** The code, which exports what it declares and its last expression: the test that runs it tries them. */
function withExports(code: string): string {
  const { statements } = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest, true)
  const last = statements.at(-1)
  const isExpression = last && ts.isExpressionStatement(last)
  const [start, mark] = isExpression ? [last.getStart(), 'export default '] : [code.length, '']
  return `${code.slice(0, start)}${mark}${code.slice(start)}`.replace(/^(?=async function |const \w)/gm, 'export ')
}
