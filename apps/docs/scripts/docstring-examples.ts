// Each example of a docstring as a module of its own, for the type check: with imports of the public symbols that it
// names. What an app has around it, such as `app` and `env`, is declared in test/docstring-globals.d.ts.
import ts from 'typescript-js'
import { parseDocstring } from './docstring.ts'
import type { Output } from './provider-pages.ts'
import { modules } from './reference.ts'
import { commentOf, type PublicSymbol } from './symbols.ts'

/** The examples of a symbol and of its members. */
function examplesOf({ node, file }: PublicSymbol): string[] {
  const members = ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) ? [...node.members] : []
  return [node, ...members].flatMap((each) => parseDocstring(commentOf(each, file)).examples)
}

/** The modules to type check. */
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
  return all.flatMap(({ symbols }) =>
    symbols.flatMap((symbol) =>
      examplesOf(symbol).flatMap((example, index): Output[] => {
        const code = example.replace(/^```\w*\n|\n```$/g, '')
        if (seen.has(code)) return []
        seen.add(code)
        return [[`generated/docstrings/${symbol.name}-${index}.ts`, moduleOf(code, homes)]]
      }),
    ),
  )
}

function moduleOf(code: string, homes: ReadonlyMap<string, string>): string {
  const words = new Set(code.match(/(?<![.\w'"/-])[A-Za-z]\w*(?![\w'"]*['"]?:(?!:))/g))
  const own = new Set([...code.matchAll(/\b(?:const|function|import \{[^}]*)\s*(\w+)/g)].map(([, name]) => name))
  const imports = [...homes].flatMap(([name, home]) =>
    words.has(name) && !own.has(name) && !code.includes(`{ ${name} }`) ? [`import { ${name} } from '${home}'\n`] : [],
  )
  // A single setting stands in the configuration.
  const whole = /^\w+: /.test(code) ? `const config: Partial<import('hono-oauth').OAuthConfig> = {\n${code}\n}` : code
  return `${imports.join('')}${whole}\nexport {}\n`
}
