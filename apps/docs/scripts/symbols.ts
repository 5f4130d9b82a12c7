// Finds the exported symbols of a module by its syntax, through `export … from` to their declarations.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import ts from 'typescript-js'

/** One exported symbol: its name there, and its declaration. */
export interface PublicSymbol {
  readonly name: string
  readonly node: ts.DeclarationStatement | ts.VariableStatement
  readonly file: ts.SourceFile
}

const files = new Map<string, ts.SourceFile>()

function read(path: string): ts.SourceFile {
  const known = files.get(path)
  if (known) return known
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  files.set(path, file)
  return file
}

const isExported = (node: ts.Statement) =>
  ts.canHaveModifiers(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

/** The names that a declaration gives. */
function namesOf(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map(({ name }) => name.getText())
  if (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  ) {
    return node.name ? [node.name.text] : []
  }
  return []
}

/** The exported symbols of a module, in its order. */
export function exportsOf(path: string): PublicSymbol[] {
  const file = read(path)
  return file.statements.flatMap((node): PublicSymbol[] => {
    if (ts.isExportDeclaration(node)) return throughExport(node, file)
    if (!isExported(node)) return []
    return namesOf(node).map((name) => ({ name, node: node as PublicSymbol['node'], file }))
  })
}

function throughExport(node: ts.ExportDeclaration, file: ts.SourceFile): PublicSymbol[] {
  const { exportClause: clause, moduleSpecifier: from } = node
  if (!clause || !ts.isNamedExports(clause)) throw new Error(`${file.fileName} exports everything: name each symbol`)
  const source = from && ts.isStringLiteral(from) ? resolve(dirname(file.fileName), from.text) : file.fileName
  return clause.elements.map(({ name, propertyName }) => {
    const wanted = (propertyName ?? name).text
    const found = from ? exportsOf(source).find((symbol) => symbol.name === wanted) : declared(file, wanted)
    if (!found) throw new Error(`${file.fileName} exports ${wanted}, which ${source} does not declare`)
    return { ...found, name: name.text }
  })
}

function declared(file: ts.SourceFile, name: string): PublicSymbol | undefined {
  const node = file.statements.find((each) => namesOf(each).includes(name))
  if (node) return { name, node: node as PublicSymbol['node'], file }
  // Imported first, and exported then.
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    const bindings = statement.importClause?.namedBindings
    const imported =
      bindings && ts.isNamedImports(bindings) && bindings.elements.find((each) => each.name.text === name)
    if (!imported) continue
    const source = resolve(dirname(file.fileName), statement.moduleSpecifier.text)
    return exportsOf(source).find((symbol) => symbol.name === (imported.propertyName ?? imported.name).text)
  }
  return undefined
}

/** The docstring in front of a node; a comment for the linter may stand between. */
export function commentOf(node: ts.Node, file: ts.SourceFile): string | undefined {
  const ranges = ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? []
  const comments = ranges.map(({ pos, end }) => file.text.slice(pos, end))
  return comments.findLast((comment) => comment.startsWith('/**') && !comment.includes('@module'))
}
