// Writes the tables of presets into the documents of hono-oauth: `pnpm run presets`.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const PACKAGE = new URL('../packages/hono-oauth/', import.meta.url)
const PRESETS = new URL('src/providers/presets/', PACKAGE)
const DOCUMENT = new URL('docs/providers.md', PACKAGE)
const START = '<!-- presets:start -->'
const END = '<!-- presets:end -->'
export const USE = [
  'Preset',
  'A connection is',
  'Own settings',
  'Login needs',
  'API',
  'Details',
  'Scopes by default',
  'Renews',
  'Revokes',
  'PKCE',
] as const
export const EVIDENCE = ['Preset', 'Checked', 'Unknown'] as const

/** The part of a provider that the tables show. */
interface ShownProvider {
  readonly scopes: readonly string[]
  readonly pkce: boolean
  readonly refreshTokens?: 'rotating' | 'reusable'
  readonly renew?: unknown
  readonly loginDetails?: Readonly<Record<string, unknown>>
  apiOrigins(grant: { readonly details: object }): readonly string[]
}

/** One preset, as the tables and the documentation site show it. */
export interface ShownPreset {
  readonly name: string
  /** The file in the folder of presets, such as `github.ts`. */
  readonly file: string
  /** The call that makes the provider. */
  readonly example: string
  /** The pages that the docstring refers to. */
  readonly links: readonly { readonly url: string; readonly title: string }[]
  /** What a connection is, and what an app has to know. */
  readonly connection: string
  /** The cells of {@link USE}. */
  readonly use: readonly string[]
  /** The cells of {@link EVIDENCE}. */
  readonly evidence: readonly string[]
}

/** One exported preset, as its source tells it. */
interface PresetSource {
  readonly name: string
  /** The paragraphs of the docstring, before its tags. */
  readonly paragraphs: readonly string[]
  readonly example: string | undefined
  readonly links: readonly { readonly url: string; readonly title: string }[]
  /** The code from the name to the next docstring. */
  readonly code: string
}

/**
 * Makes the tables of the presets in a folder: how each is used, and what it was checked against.
 *
 * @param folder - a file URL that ends with a slash
 * @returns Markdown; an empty text for a folder without presets
 * @throws Error that names the preset whose docstring lacks something
 */
export async function presetsTable(folder: URL = PRESETS): Promise<string> {
  const rows = await readPresets(folder)
  if (rows.length === 0) return ''
  const table = (head: readonly string[], cells: readonly (readonly string[])[]) =>
    [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n')
  const use = rows.map((row) => row.use)
  const evidence = rows.map((row) => row.evidence)
  return `${table(USE, use)}\n\n## What they were checked against\n\n${table(EVIDENCE, evidence)}`
}

/** The presets in a folder, by file and in the order of each file. */
export async function readPresets(folder: URL = PRESETS): Promise<ShownPreset[]> {
  const names = await readdir(folder).catch(() => [])
  const modules = names.filter((name) => name.endsWith('.ts')).sort()
  return (await Promise.all(modules.map((module) => presetsOf(folder, module)))).flat()
}

/** A document with the table between its markers. */
export function withTable(document: string, table: string): string {
  const [before, , after] = document.split(new RegExp(`(?<=${START}\n)([\\s\\S]*)(?=${END})`))
  if (before === undefined || after === undefined) throw new Error(`the document has no ${START} with ${END} behind it`)
  return `${before}${table && `\n${table}\n\n`}${after}`
}

async function presetsOf(folder: URL, file: string): Promise<ShownPreset[]> {
  const url = new URL(file, folder)
  const source = await readFile(url, 'utf8')
  const presets = presetsIn(source)
  const exported: Record<string, unknown> = await import(url.href)
  const documented = new Set(presets.map(({ name }) => name))
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value === 'function' && !documented.has(name)) throw new Error(`${file}: ${name} has no docstring`)
  }
  const path = `hono-oauth/providers/${file.replace(/\.ts$/, '')}`
  const [main] = presets
  return presets.map((preset) => {
    const { name, paragraphs, links } = preset
    const where = `${file}: the docstring of ${name}`
    // A preset beside the first one may take the same settings.
    const example = preset.example ?? main?.example?.replaceAll(`${main.name}(`, `${name}(`)
    if (example === undefined) throw new Error(`${where} has no @example`)
    const provider = make(example, exported, where)
    const [first = ''] = paragraphs
    const note = (label: string) => {
      const own = paragraphs.find((text) => text.startsWith(`${label}: `))?.slice(label.length + 2)
      if (own === undefined && preset === main) throw new Error(`${where} has no paragraph "${label}: …"`)
      return own ?? `as \`${main?.name}\``
    }
    const asCells = (cells: readonly string[]) => cells.map((cell) => cell.replaceAll('|', '\\|'))
    const use = [
      `\`${name}\` from \`${path}\``,
      connectionIn(first),
      codes(preset === main ? ownSettings(source) : []),
      codes(Object.keys(provider.loginDetails ?? {})),
      codes(originsOf(provider, source)),
      codes(detailsOf(preset, presets, source)),
      codes(provider.scopes),
      renewalOf(provider),
      revocationOf(preset, presets, source, where),
      provider.pkce ? 'yes' : 'no',
    ]
    const evidence = [`\`${name}\``, note('Checked'), note('Unknown')]
    return { name, file, example, links, connection: first, use: asCells(use), evidence: asCells(evidence) }
  })
}

const codes = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(' ') || '–'

/** The settings that a preset has beside those of every app. */
function ownSettings(source: string): string[] {
  const [, members = ''] = /\binterface \w+Settings[^{]*\{([\s\S]*?)\n\}/.exec(source) ?? []
  return [...members.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name = '']) => name)
}

/** The origins of an API; those with a placeholder as the description has them. */
function originsOf(provider: ShownProvider, source: string): readonly string[] {
  try {
    return provider.apiOrigins({ details: {} })
  } catch {
    const [, list = ''] = /\bapiOrigins: \[([^\]]*)\]/.exec(source) ?? []
    return [...list.matchAll(/'([^']*)'/g)].map(([, origin = '']) => origin)
  }
}

/** The names of the details that a preset keeps, with those of the preset that it is based on. */
function detailsOf({ code, name }: PresetSource, presets: readonly PresetSource[], source: string): string[] {
  const [, baseName] = /defineProvider\((\w+)/.exec(code) ?? []
  const base = presets.find((each) => each.name === baseName)
  const isIndirect = baseName === undefined && presets[0]?.name === name
  const [, members = ''] = /\bdetails: \{([^}]*)\}/.exec(isIndirect ? source : code) ?? []
  const own = [...members.matchAll(/(\w+): '/g)].map(([, detail = '']) => detail)
  return [...new Set([...(base ? detailsOf(base, presets, source) : []), ...own])]
}

const DOCSTRING = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:const|function) (\w+)/g

function presetsIn(source: string): PresetSource[] {
  return [...source.matchAll(DOCSTRING)].map((match) => {
    const [whole, comment = '', name = ''] = match
    const text = comment.replace(/^ *\* ?/gm, '').trim()
    const paragraphs = text
      .replace(/^@[\s\S]*/m, '')
      .split(/\n\s*\n/)
      .map((paragraph) =>
        paragraph
          .replace(/\{@link \S+ \| ([^}]*)\}/g, '$1')
          .replace(/\{@link (\S+)\}/g, '`$1`')
          .replace(/\s+/g, ' ')
          .trim(),
      )
    const [, example] = /@example\n```ts\n([\s\S]*?)\n```/.exec(text) ?? []
    const links = [...text.matchAll(/@see \{@link (\S+) \| ([^}]*)\}/g)].map(([, url = '', title = '']) => ({
      url,
      title,
    }))
    const [code = ''] = source.slice(match.index + whole.length).split('\n/**')
    return { name, paragraphs, example, links, code }
  })
}

/** The provider that the example of a docstring makes, with its default scopes: `env` gives a text for each name. */
function make(example: string, exported: Readonly<Record<string, unknown>>, where: string): ShownProvider {
  const env = new Proxy({}, { get: (_, name) => `sample ${String(name)}` })
  const scope = { ...exported, env }
  const call = example.replace(/\bscopes: \[[^\]]*\],?/, '')
  try {
    return new Function(...Object.keys(scope), `return (${call})`)(...Object.values(scope))
  } catch (cause) {
    throw new Error(`${where} has an @example that makes no provider`, { cause })
  }
}

/** What a connection is, and what an app has to know: the first part of a docstring, without its beginning. */
function connectionIn(paragraph: string): string {
  const [, rest = paragraph] = /\ba connection is (.*)/i.exec(paragraph) ?? []
  return rest.replace(/\.$/, '')
}

function renewalOf({ renew, refreshTokens }: ShownProvider): string {
  if (!renew) return 'none'
  return refreshTokens ?? 'exchange'
}

/** How a preset revokes: that of its own code, of the preset that it is based on, or of the rest of its file. */
function revocationOf({ code }: PresetSource, presets: readonly PresetSource[], source: string, where: string): string {
  const own = revocationIn(code, source, where)
  if (own !== undefined) return own
  const [, baseName] = /defineProvider\((\w+)/.exec(code) ?? []
  const base = presets.find(({ name }) => name === baseName)
  if (base) return revocationOf(base, presets, source, where)
  const elsewhere = baseName === undefined ? revocationIn(source, source, where) : undefined
  if (elsewhere !== undefined) return elsewhere
  return /defineProvider\(oidc\b/.test(source) ? 'RFC 7009, if in the metadata' : 'no'
}

function revocationIn(code: string, source: string, where: string): string | undefined {
  const [, value] = /\brevocationEndpoint(?:: *|(?=,))(.*)/.exec(code) ?? []
  if (value === undefined) return undefined
  const text = value.replace('/* @__PURE__ */ ', '')
  if (/^['"`]/.test(text)) return 'RFC 7009'
  if (/^undefined\b/.test(text)) return 'no'
  if (/^(\{|\[|\w+\()/.test(text)) return 'own'
  const [, named = 'revocationEndpoint'] = /^(\w+),/.exec(text) ?? []
  const [, constant] = new RegExp(`\\bconst ${named}\\b[^=]*= (.*)`).exec(source) ?? []
  if (constant !== undefined) return /^['"`]/.test(constant) ? 'RFC 7009' : 'own'
  throw new Error(`${where} is of a preset whose revocationEndpoint is neither a text nor a request`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = await readFile(DOCUMENT, 'utf8')
  await writeFile(DOCUMENT, withTable(document, await presetsTable()))
}
