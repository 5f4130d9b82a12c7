/** The lines that the entry of an app needs. */
export interface EntryLines {
  /** Import and export statements. */
  readonly imports: readonly string[]
  /** What mounts the routes on an app of this name. */
  mount(app: string): string
}

const IMPORT = /^import\b[^'"]*['"][^'"\n]+['"];?[ \t]*$/gm
const APP = /^(?:export )?const (\w+) = new Hono(?:<[^()=]*>)?\([^()]*\)(;?)[ \t]*$/m

const OWN_IMPORT = /from ['"]\.\.?\/[^'"]*?(?:\.[cm]?([jt])sx?)?['"]/

/** The lines of an entry: a specifier as the app writes its own ones. */
export function entryLines(text: string, isTyped: boolean, exported: string | undefined): EntryLines {
  const own = OWN_IMPORT.exec(text)
  const letter = own ? own[1] : isTyped ? undefined : 'j'
  const quote = /from "/.test(text) && !/from '/.test(text) ? '"' : "'"
  const end = APP.exec(text)?.[2] ?? ''
  const specifier = `${quote}./oauth${letter ? `.${letter}s` : ''}${quote}`
  const exports = exported === undefined ? [] : [`export { ${exported} } from ${specifier}${end}`]
  return {
    imports: [`import { oauth } from ${specifier}${end}`, ...exports],
    mount: (app) => `${app}.route(${quote}/auth${quote}, oauth.routes)${end}`,
  }
}

/** Adds the lines to an entry; `undefined` where it is not certain where they belong. */
export function editEntry(text: string, lines: EntryLines): string | undefined {
  const app = APP.exec(text)
  const [, name = ''] = app ?? []
  const lastImport = [...text.matchAll(IMPORT)].at(-1)
  if (!app || !lastImport || text.match(/\bnew Hono\b/g)?.length !== 1 || /['"`]\/auth\b/.test(text)) return undefined
  const afterImport = lastImport.index + lastImport[0].length
  const afterApp = app.index + app[0].length
  // A chain of routes goes on in the next line.
  if (/^\s*\./.test(text.slice(afterApp)) || afterApp < afterImport) return undefined
  const imports = lines.imports.map((line) => `\n${line}`).join('')
  return `${text.slice(0, afterImport)}${imports}${text.slice(afterImport, afterApp)}\n${lines.mount(name)}${text.slice(afterApp)}`
}
