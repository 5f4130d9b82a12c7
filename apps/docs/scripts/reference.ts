// The reference: one page for each module of the packages, from their docstrings.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript-js'
import { type Docstring, oneLine, parseDocstring, sentenceOf } from './docstring.ts'
import type { Output } from './provider-pages.ts'
import { fileLink, ROOT } from './sections.ts'
import { commentOf, exportsOf, type PublicSymbol } from './symbols.ts'

/** A module that a program imports. */
export interface ReferenceModule {
  /** What an import says, such as `hono-oauth/stores/kv`. */
  readonly name: string
  readonly symbols: readonly PublicSymbol[]
}

const PACKAGES = ['packages/hono-oauth', 'packages/provider-emulator']
const PRESETS = 'hono-oauth/providers/*'
const LONGEST_SIGNATURE = 60

/** The modules of both packages, as `exports` of their manifests names them. */
export function modules(): ReferenceModule[] {
  return PACKAGES.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(new URL(`${folder}/package.json`, ROOT), 'utf8')) as {
      name: string
      exports: Record<string, string>
    }
    const entries = Object.entries(manifest.exports).filter(([, file]) => file.endsWith('.ts'))
    return entries.flatMap(([subpath, file]): ReferenceModule[] => {
      const name = subpath.replace('.', manifest.name)
      const path = fileURLToPath(new URL(`${folder}/${file}`, ROOT))
      if (!path.includes('*')) return [{ name, symbols: exportsOf(path) }]
      const [parent = ''] = path.split('*')
      const names = readdirSync(parent).sort()
      return [{ name, symbols: names.flatMap((each) => exportsOf(`${parent}${each}`)) }]
    })
  })
}

const pathOf = ({ file }: PublicSymbol) => file.fileName.slice(fileURLToPath(ROOT).length)
const slug = (name: string) => name.replace('*', 'presets').replaceAll('/', '-')

/** All pages of the reference, and the list of them. */
export function referencePages(): { outputs: Output[]; links: { title: string; page: string }[] } {
  const all = modules()
  const silent = all.flatMap(({ name, symbols }) =>
    symbols.filter((symbol) => !docOf(symbol).text).map((symbol) => `${name}: ${symbol.name} (${pathOf(symbol)})`),
  )
  if (silent.length > 0) throw new Error(`these symbols have no docstring:\n${silent.join('\n')}`)
  return {
    outputs: all.map((module) => [`pages/reference/api/${slug(module.name)}.md`, pageOf(module)]),
    links: all.map(({ name }) => ({ title: name, page: `/reference/api/${slug(name)}` })),
  }
}

const docOf = ({ node, file }: PublicSymbol) => parseDocstring(commentOf(node, file))

function pageOf({ name, symbols }: ReferenceModule): string {
  const rows = symbols.map(
    (symbol) => `| [\`${symbol.name}\`](#${anchor(symbol.name)}) | ${cell(sentenceOf(docOf(symbol)))} |`,
  )
  const intro =
    name === PRESETS
      ? 'Each preset is a module of its own, named like its file: `hono-oauth/providers/github`. The [pages of the providers](/providers/) say more.'
      : `\`import { … } from '${name}'\``
  return `---
title: ${name.replace('*', '‹preset›')}
outline: 2
editLink: false
---

# ${name.replace('*', '‹preset›')}

${intro}

| Symbol | |
| --- | --- |
${rows.join('\n')}

${symbols.map((symbol) => partOf(symbol, name)).join('\n')}`
}

const anchor = (name: string) => name.replaceAll('.', '-')
const cell = (text: string) => oneLine(text).replaceAll('|', '\\|')
const code = (text: string) => {
  const fence = text.includes('`') ? '``' : '`'
  const space = fence === '`' ? '' : ' '
  return `${fence}${space}${cell(text)}${space}${fence}`
}

function partOf(symbol: PublicSymbol, module: string): string {
  const { node, file, name } = symbol
  const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1
  const source = fileLink(`\`${pathOf(symbol)}:${line}\``, `${pathOf(symbol)}#L${line}`)
  const from = module === PRESETS ? ` from \`${module.replace('*', file.fileName.replace(/.*\/|\.ts$/g, ''))}\`` : ''
  return `## ${name} {#${anchor(name)}}

${docOf(symbol).text}
${from ? `\nImported${from}.\n` : ''}${signatureOf(node)}${detailsOf(docOf(symbol))}${membersOf(symbol)}
Source: ${source}
`
}

/** Parameters, result, errors, links and example of a docstring. */
function detailsOf({ params, returns, throws, see, examples }: Docstring): string {
  const parts: string[] = []
  if (params.length > 0) {
    const rows = params.map(({ name, text }) => `| \`${name}\` | ${cell(text)} |`)
    parts.push(`| Parameter | |\n| --- | --- |\n${rows.join('\n')}`)
  }
  if (returns) parts.push(`**Returns** ${returns}`)
  for (const each of throws) parts.push(`**Throws** ${each}`)
  for (const each of examples) parts.push(each.startsWith('```') ? each : `\`\`\`ts\n${each}\n\`\`\``)
  if (see.length > 0) parts.push(`**See** ${see.join(', ')}`)
  return parts.length > 0 ? `\n${parts.join('\n\n')}\n` : ''
}

/** The declaration without its body, its members and its comments. */
function signatureOf(node: PublicSymbol['node']): string {
  const text = declarationOf(node)
  if (text === undefined || text.split('\n').length > LONGEST_SIGNATURE) return ''
  return `\n\`\`\`ts\n${text}\n\`\`\`\n`
}

const headOf = (node: ts.Node, end: number) =>
  node
    .getText()
    .slice(0, end - node.getStart())
    .trim()
const bare = (text: string) => text.replace(/^export (declare )?/, '')

function declarationOf(node: PublicSymbol['node']): string | undefined {
  if (ts.isFunctionDeclaration(node)) return bare(node.body ? headOf(node, node.body.getStart()) : node.getText())
  if (ts.isTypeAliasDeclaration(node)) return bare(withoutComments(node.getText()))
  if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) {
    return bare(headOf(node, node.members.pos)).replace(/\s*\{$/, '')
  }
  if (!ts.isVariableStatement(node)) return undefined
  const types = node.declarationList.declarations.flatMap(({ name, type }) =>
    type ? [`const ${name.getText()}: ${type.getText()}`] : [],
  )
  return types.length > 0 ? types.join('\n') : undefined
}

const withoutComments = (text: string) => text.replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '').replace(/^\s*\/\/.*\n/gm, '')

type Member = ts.TypeElement | ts.ClassElement

function membersOf({ node, file, name }: PublicSymbol): string {
  if (!ts.isInterfaceDeclaration(node) && !ts.isClassDeclaration(node)) return ''
  const members = (node.members as ts.NodeArray<Member>).filter(isPublic)
  // A method that says something has a part of its own; any other one is a row, as its type.
  const hasPart = (member: Member) => isMethod(member) && parseDocstring(commentOf(member, file)).text !== ''
  const methods = members.filter(hasPart)
  const rows = members.filter((member) => !hasPart(member)).map((member) => rowOf(member, file))
  const table = rows.length > 0 ? `\n| Member | Type | |\n| --- | --- | --- |\n${rows.join('\n')}\n` : ''
  return `${table}${methods.map((method) => methodOf(method, file, name)).join('')}`
}

const isMethod = (member: Member) => ts.isMethodSignature(member) || ts.isMethodDeclaration(member)

function isPublic(member: Member): boolean {
  if (ts.isConstructorDeclaration(member) || (member.name && ts.isPrivateIdentifier(member.name))) return false
  return !(ts.canHaveModifiers(member) && member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword))
}

function rowOf(member: Member, file: ts.SourceFile): string {
  const { text } = parseDocstring(commentOf(member, file))
  // A method, or what a call or an index gives, is shown whole.
  const isWhole = isMethod(member) || !member.name
  const type = 'type' in member ? (member.type as ts.Node | undefined) : undefined
  const shown = isWhole ? member.getText() : (type?.getText() ?? '')
  const isOptional = 'questionToken' in member && member.questionToken
  const name = member.name ? `${member.name.getText()}${isOptional ? '?' : ''}` : '(…)'
  return `| \`${name}\` | ${shown && code(withoutComments(shown))} | ${cell(text)} |`
}

function methodOf(method: Member, file: ts.SourceFile, owner: string): string {
  const doc = parseDocstring(commentOf(method, file))
  const name = method.name?.getText() ?? ''
  const body = ts.isMethodDeclaration(method) ? method.body : undefined
  const text = body ? headOf(method, body.getStart()) : method.getText()
  return `
### ${owner}.${name} {#${anchor(`${owner}.${name}`)}}

${doc.text}

\`\`\`ts
${text}
\`\`\`
${detailsOf(doc)}`
}
